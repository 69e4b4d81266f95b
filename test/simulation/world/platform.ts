import type { Clock } from '../../../local/clock.ts';
import type { Chance } from '../chance.ts';

export interface Platform extends Disposable {
  /** What was written to stdout and stderr meanwhile: the functions' logs. */
  logs: string[];
}

/**
 * Has everything that is written against the platform run in virtual time: until it is disposed of, timers are the
 * clock's, random numbers are the seed's, `fetch` is the one given, and what is written is kept.
 */
export function installPlatform(clock: Clock, chance: Chance, fetch: typeof globalThis.fetch): Platform {
  const { setTimeout, clearTimeout, fetch: realFetch } = globalThis;
  const streams = [process.stdout, process.stderr];
  const logs: string[] = [];
  const { random } = Math;
  Math.random = chance.random;
  Object.assign(globalThis, { ...virtualTimers(clock), fetch });
  const keep = { write: (text: string | Uint8Array) => logs.push(String(text)) > 0 };
  for (const stream of streams) Object.assign(stream, keep);
  return {
    logs,
    [Symbol.dispose]: () => {
      Object.assign(globalThis, { setTimeout, clearTimeout, fetch: realFetch });
      Math.random = random;
      for (const stream of streams) Reflect.deleteProperty(stream, 'write');
    },
  };
}

function virtualTimers(clock: Clock) {
  const start = (callback: (...given: unknown[]) => void, milliseconds = 0, ...given: unknown[]) => {
    const stopped = new AbortController();
    const timer = { stopped, ref: () => timer, unref: () => timer, hasRef: () => true };
    const wait = async () => {
      const isDue = await clock.sleep(milliseconds, stopped.signal).then(
        () => true,
        () => false,
      );
      if (isDue) callback(...given);
    };
    void wait();
    return timer;
  };
  return {
    setTimeout: start,
    clearTimeout: (timer?: ReturnType<typeof start>) => timer?.stopped.abort(),
  };
}
