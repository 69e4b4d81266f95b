import { StateError } from './errors.ts';
import type { Clock, Json } from './types.ts';

/**
 * Runs a task until it ends, its time is up or its state is interrupted, whichever comes first. Whoever loses is
 * told by its signal, and what becomes of it no longer matters.
 */
export async function withTimeout(
  clock: Clock,
  seconds: number | undefined,
  interrupted: AbortSignal,
  run: (signal: AbortSignal) => Promise<Json>,
): Promise<Json> {
  const ended = new AbortController();
  const late = new AbortController();
  // The task goes first: one that takes exactly its time is not late.
  const racers = [
    callAsync(run, AbortSignal.any([interrupted, late.signal])),
    rejectOnAbort(interrupted, ended.signal),
  ];
  if (seconds !== undefined) racers.push(rejectAfter(clock, seconds, ended.signal, late));
  for (const racer of racers) racer.catch(() => {});
  try {
    return await Promise.race(racers);
  } finally {
    ended.abort();
  }
}

/** A runner may throw before it has a promise to reject, and may have nothing to say. */
async function callAsync(run: (signal: AbortSignal) => Promise<Json>, signal: AbortSignal): Promise<Json> {
  const result = (await run(signal)) as Json | undefined;
  return result ?? null;
}

async function rejectAfter(
  clock: Clock,
  seconds: number,
  ended: AbortSignal,
  late: AbortController,
): Promise<never> {
  await clock.sleep(seconds * 1000, ended);
  late.abort();
  throw new StateError('States.Timeout');
}

function rejectOnAbort(interrupted: AbortSignal, ended: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const abort = () => reject(interrupted.reason as Error);
    if (interrupted.aborted) abort();
    interrupted.addEventListener('abort', abort, { once: true, signal: ended });
  });
}
