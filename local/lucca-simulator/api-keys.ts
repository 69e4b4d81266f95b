/** The API keys that the tenant's administrator has handed out. A key is known by its index: logs never hold it. */
export interface ApiKeys {
  /** The index of the key that an `Authorization` header carries, or undefined when Lucca does not accept it. */
  authenticate: (authorization: string | undefined) => number | undefined;
  rotate: (oldKey: string, newKey: string, rights: 'sameRights' | 'ownRights') => void;
}

export function createApiKeys(initial: string[]): ApiKeys {
  const indexes = new Map(initial.map((key, index) => [key, index]));
  let nextIndex = indexes.size;

  return {
    authenticate: (authorization) => {
      const key = /^lucca application=(.+)$/.exec(authorization ?? '')?.[1];
      return key === undefined ? undefined : indexes.get(key);
    },
    rotate: (oldKey, newKey, rights) => {
      const index = indexes.get(oldKey);
      if (index === undefined) throw new Error('The key to rotate is none of the API keys');
      indexes.delete(oldKey);
      indexes.set(newKey, rights === 'sameRights' ? index : nextIndex++);
    },
  };
}
