import type { FailState } from '../definition.ts';
import { StateError } from '../errors.ts';
import { evaluateString } from '../typed-fields.ts';
import type { Visit } from '../visit.ts';

/** A Fail state fails with the error that it is given. */
export async function runFail(visit: Visit, state: FailState): Promise<never> {
  const error = state.error && (await evaluateString(visit, state.error));
  const cause = state.cause && (await evaluateString(visit, state.cause));
  throw new StateError(error, cause);
}
