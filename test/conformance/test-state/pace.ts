import type { Clock } from '../../../local/clock.ts';

export interface Pace {
  /** Resolves when the next call may begin; rejects with the signal's reason when that comes first. */
  turn: (signal: AbortSignal) => Promise<void>;
  /** Has the calls after this one keep twice the distance, up to ten seconds. */
  slowDown: () => void;
}

/** Lets calls begin one after the other, at the same distance in time, however long each takes. */
export function createPace(perSecond: number, clock: Clock): Pace {
  let gap = 1000 / perSecond;
  let next = clock.now();
  return {
    turn: async (signal) => {
      const wait = next - clock.now();
      next = Math.max(next, clock.now()) + gap;
      if (wait > 0) await clock.sleep(wait, signal);
    },
    slowDown: () => (gap = Math.max(gap, Math.min(2 * gap, 10_000))),
  };
}
