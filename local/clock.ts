/** Time as the embedded engine sees it: real for `npm start`, virtual for tests. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Resolves after `milliseconds`; rejects with the signal's reason when that comes first. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
  /** Runs work whose length the clock does not decide, such as I/O. Virtual time stands still meanwhile. */
  during<T>(work: () => Promise<T>): Promise<T>;
}

export const realClock: Clock = {
  now: () => Date.now(),
  sleep: (milliseconds, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', abort);
        resolve();
      }, milliseconds);
      const abort = () => {
        clearTimeout(timer);
        reject(signal!.reason);
      };
      signal?.addEventListener('abort', abort, { once: true });
    }),
  during: (work) => work(),
};

interface Sleeper {
  wakeAt: number;
  wake: () => void;
}

/**
 * A clock that jumps to the next sleeper as soon as nothing else is going on, so that a day of waiting takes
 * milliseconds. Sleepers due at the same instant wake in the order in which they went to sleep.
 */
export class VirtualClock implements Clock {
  #now: number;
  #sleepers: Sleeper[] = [];
  #busy = 0;
  #advancing = false;

  constructor(start: string | number) {
    this.#now = new Date(start).getTime();
  }

  now(): number {
    return this.#now;
  }

  sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const abort = () => {
        this.#sleepers = this.#sleepers.filter((other) => other !== sleeper);
        reject(signal!.reason);
      };
      const sleeper: Sleeper = {
        // Whole milliseconds, as of any clock, and never too early.
        wakeAt: this.#now + Math.max(0, Math.ceil(milliseconds)),
        wake: () => {
          signal?.removeEventListener('abort', abort);
          resolve();
        },
      };
      signal?.addEventListener('abort', abort, { once: true });
      this.#sleepers.push(sleeper);
      this.#advanceWhenIdle();
    });
  }

  async during<T>(work: () => Promise<T>): Promise<T> {
    this.#busy++;
    try {
      return await work();
    } finally {
      this.#busy--;
      this.#advanceWhenIdle();
    }
  }

  /** Waits for a turn of the event loop first: whoever was just woken may start work or go to sleep again. */
  #advanceWhenIdle(): void {
    if (this.#advancing) return;
    this.#advancing = true;
    setImmediate(() => {
      this.#advancing = false;
      const next = this.#sleepers.reduce<Sleeper | undefined>(
        (first, sleeper) => (first === undefined || sleeper.wakeAt < first.wakeAt ? sleeper : first),
        undefined,
      );
      if (this.#busy > 0 || next === undefined) return;
      this.#sleepers = this.#sleepers.filter((other) => other !== next);
      this.#now = next.wakeAt;
      next.wake();
      this.#advanceWhenIdle();
    });
  }
}
