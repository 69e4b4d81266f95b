import type { SucceedState } from '../definition.ts';
import { leave, type Outcome, type Visit } from '../visit.ts';

/** A Succeed state ends its flow. */
export function runSucceed(visit: Visit, state: SucceedState): Promise<Outcome> {
  return leave(visit, state, visit.input);
}
