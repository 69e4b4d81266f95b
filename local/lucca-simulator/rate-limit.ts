import type { Clock } from '../clock.ts';

const minute = 60_000;

/**
 * Lucca lets a tenant's integrations, all keys together, make so many requests a minute. The limit counts the
 * requests let through during the last minute, and the answer is how many seconds to wait: 0 when let through.
 */
export function createRateLimit(clock: Clock, requestsPerMinute: number): () => number {
  let letThrough: number[] = [];

  return () => {
    const now = clock.now();
    letThrough = letThrough.filter((at) => at > now - minute);
    if (letThrough.length < requestsPerMinute) {
      letThrough.push(now);
      return 0;
    }
    const oldest = letThrough[0] ?? now;
    return Math.ceil((oldest + minute - now) / 1000);
  };
}
