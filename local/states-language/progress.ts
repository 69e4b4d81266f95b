import type { Json } from './types.ts';
import { createScope, releaseScope, type VariableScope } from './variables.ts';

/** How far a run of a flow has come: all that it takes to go on with it when its execution is redriven. */
export interface Progress {
  variables: VariableScope;
  /** The state that it is in, or is about to enter; none before its first. */
  position?: Position;
  /** What it came to. */
  ended?: { output: Json };
}

export interface Position {
  state: string;
  input: Json;
  /** When the state was entered, in milliseconds, and the number of that event in the history. */
  entered?: { at: number; eventId: number };
  /** Of the branches of a Parallel, or the iterations of a Map, as far as they have begun. */
  parts: Progress[];
}

export const newProgress = (outer?: VariableScope): Progress => ({ variables: createScope(outer) });

/** Forgets what branches or iterations have done: their state has been left, or begins anew. */
export function forgetParts({ parts }: Pick<Position, 'parts'>): void {
  for (const part of parts.splice(0)) {
    if (part.position) forgetParts(part.position);
    releaseScope(part.variables);
  }
}
