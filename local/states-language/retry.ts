import type { Retrier } from './definition.ts';

/** Errors that end an execution whatever its Retry and Catch say. */
const NEVER_HANDLED = 'States.Runtime';

/** Whether the names of a retrier or catcher stand for an error. */
export function matchesError(names: readonly string[], error: string | undefined): boolean {
  if (error === NEVER_HANDLED) return false;
  return names.some((name) => name === error || matchesWildcard(name, error));
}

/** AWS's two wildcards; DataLimitExceeded must be called by its name. */
function matchesWildcard(name: string, error: string | undefined): boolean {
  if (error === 'States.DataLimitExceeded') return false;
  return name === 'States.ALL' || (name === 'States.TaskFailed' && error !== 'States.Timeout');
}

/** How long to wait before the given attempt, counted from 1. */
export function retryDelaySeconds(retrier: Retrier, attempt: number, random: () => number): number {
  const { intervalSeconds, backoffRate, maxDelaySeconds = Infinity, jitterStrategy } = retrier;
  const delay = Math.min(intervalSeconds * backoffRate ** (attempt - 1), maxDelaySeconds);
  return jitterStrategy === 'FULL' ? random() * delay : delay;
}
