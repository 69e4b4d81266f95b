import type { PassState } from '../definition.ts';
import { leave, type Outcome, type Visit } from '../visit.ts';

/** A Pass state only shapes data and sets variables. */
export function runPass(visit: Visit, state: PassState): Promise<Outcome> {
  return leave(visit, state, visit.input);
}
