/**
 * What a text says as JSON, or undefined when it isn't JSON.
 * @param redact is applied to every string and field name, once JSON's escapes are undone
 */
export function parseJson(text: string, redact = (value: string) => value): unknown {
  try {
    return JSON.parse(text, (_, value: unknown) => {
      if (typeof value === 'string') return redact(value);
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
      return Object.fromEntries(
        Object.entries(value).map(([name, field]) => [redact(name), field as unknown]),
      );
    });
  } catch {
    return undefined;
  }
}
