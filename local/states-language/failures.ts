import type { Catcher, Retrier, State } from './definition.ts';
import { EvaluationError, StateError } from './errors.ts';
import { matchesError, retryDelaySeconds } from './retry.ts';
import type { Json } from './types.ts';
import { leave, type Outcome, type Visit, whileExecuting } from './visit.ts';

type Fallible = Extract<State, { retry: Retrier[] }>;

/** Attempts the work of a state, and again as its Retry says; at last its Catch may take over. */
export async function withRetryAndCatch(
  visit: Visit,
  state: Fallible,
  attempt: () => Promise<Outcome>,
): Promise<Outcome> {
  const attempts = new Map<Retrier, number>();
  for (;;) {
    try {
      return await attempt();
    } catch (thrown) {
      const failure = stateErrorOf(visit, thrown);
      if (await retries(visit, state, failure, attempts)) continue;
      const catcher = state.catch.find(({ errorEquals }) => matchesError(errorEquals, failure.error));
      if (catcher === undefined) throw failure;
      return leaveThrough(visit, catcher, failure);
    }
  }
}

/** The first retrier that knows the error decides; each counts its own attempts. */
async function retries(
  visit: Visit,
  state: Fallible,
  failure: StateError,
  attempts: Map<Retrier, number>,
): Promise<boolean> {
  const retrier = state.retry.find(({ errorEquals }) => matchesError(errorEquals, failure.error));
  const attempt = retrier && (attempts.get(retrier) ?? 0) + 1;
  if (retrier === undefined || attempt === undefined || attempt > retrier.maxAttempts) return false;
  attempts.set(retrier, attempt);
  const retryCount = (visit.retryCount ?? 0) + 1;
  visit.retryCount = retryCount;
  const { clock, random, emit } = visit.execution;
  const delaySeconds = retryDelaySeconds(retrier, attempt, random);
  emit({
    type: 'retryScheduled',
    at: clock.now(),
    state: visit.name,
    attempt: retryCount,
    error: failure.error ?? '',
    ...(failure.explanation !== undefined && { cause: failure.explanation }),
    delaySeconds,
  });
  await clock.sleep(delaySeconds * 1000, visit.signal);
  return true;
}

function leaveThrough(visit: Visit, catcher: Catcher, failure: StateError): Promise<Outcome> {
  const errorOutput: Json = {
    ...(failure.error !== undefined && { Error: failure.error }),
    // AWS writes an empty Cause where there is none, as after States.Timeout.
    Cause: failure.explanation ?? '',
  };
  return leave(visit, catcher, errorOutput, { errorOutput });
}

/** What a Retry or Catch can look at. An interruption or a bug goes past them. */
export function stateErrorOf(visit: Visit, thrown: unknown): StateError {
  if (thrown instanceof StateError) return thrown;
  if (!(thrown instanceof EvaluationError)) throw thrown;
  visit.execution.history.record('EvaluationFailed');
  return new StateError('States.QueryEvaluationError', whileExecuting(visit, thrown.message));
}
