import type { Json } from './types.ts';

/** What an evaluation takes from the execution that it belongs to. */
export interface Surroundings {
  now: () => number;
  random: () => number;
}

/** A scope of JSONata's. All scopes of one evaluation share the Date of its beginning. */
export interface Frame {
  timestamp: Date;
  lookup: (name: string) => unknown;
}

/** No variable can be called so. */
const hiddenName = ' surroundings';

/** What an evaluation sees, its surroundings among it, where only JSONata's hooks and functions find them. */
export const withSurroundings = (bindings: Readonly<Record<string, Json>>, surroundings: Surroundings) => ({
  ...bindings,
  [hiddenName]: surroundings,
});

export const surroundingsOf = (frame: Pick<Frame, 'lookup'>): Surroundings =>
  frame.lookup(hiddenName) as Surroundings;
