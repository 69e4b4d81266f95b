import type { Catcher, Retrier, State } from './definition.ts';
import { EvaluationError, StateError } from './errors.ts';
import { forgetParts } from './progress.ts';
import { matchesError, retryDelaySeconds } from './retry.ts';
import type { FailedAttempt, Json } from './types.ts';
import { leave, type Outcome, recordAttempt, type Visit, whileExecuting } from './visit.ts';

type Fallible = Extract<State, { retry: Retrier[] }>;

/** Attempts the work of a state, and again as its Retry says; at last its Catch may take over. */
export async function withRetryAndCatch(
  visit: Visit,
  state: Fallible,
  attempt: () => Promise<Outcome>,
): Promise<Outcome> {
  const attempts = new Map<Retrier, number>();
  for (;;) {
    visit.work = {};
    try {
      return await attempt();
    } catch (thrown) {
      const failure = stateErrorOf(visit, thrown);
      const isRetried = await retries(visit, state, failure, attempts);
      if (isRetried || failure.error === 'States.DataLimitExceeded') forgetParts(visit.position);
      if (isRetried) continue;
      const index = indexKnowing(state.catch, failure);
      const catcher = state.catch[index];
      if (catcher === undefined) throw failure;
      const outcome = await leaveThrough(visit, catcher, failure);
      return { ...outcome, caught: { catcher: index, ...failedAttempt(failure) } };
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
  const index = indexKnowing(state.retry, failure);
  const retrier = state.retry[index];
  if (retrier === undefined) return false;
  const attempt = (attempts.get(retrier) ?? 0) + 1;
  visit.work.retrier = { index, retries: attempt - 1 };
  if (attempt > retrier.maxAttempts) return false;
  attempts.set(retrier, attempt);
  recordAttempt(visit, {
    status: 'RETRIABLE',
    ...failedAttempt(failure),
    delaySeconds: {
      least: retryDelaySeconds(retrier, attempt, () => 0),
      most: retryDelaySeconds(retrier, attempt, () => 1),
    },
  });
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

const indexKnowing = (handlers: readonly { errorEquals: string[] }[], { error }: StateError) =>
  handlers.findIndex(({ errorEquals }) => matchesError(errorEquals, error));

/** A failure as recorders see it. */
export const failedAttempt = ({ error, explanation }: StateError): FailedAttempt => ({
  ...(error !== undefined && { error }),
  ...(explanation !== undefined && { cause: explanation }),
});

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
