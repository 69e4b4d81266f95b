const fallbackSeconds = 60;

/**
 * How long a 429 asks to wait, in whole seconds. Lucca counts requests by the minute, so an answer that doesn't
 * say is taken to mean a minute.
 * @param header seconds, or an HTTP date
 * @param now the instant that an HTTP date is compared with, in milliseconds
 */
export function retryAfterSeconds(header: string | null, now: number): number {
  if (header === null) return fallbackSeconds;
  if (/^\s*\d+\s*$/.test(header)) return Math.min(Number(header), Number.MAX_SAFE_INTEGER);
  // `Date.parse` takes almost anything for a date; an HTTP date begins with the day of the week.
  const seconds = /^\s*[A-Z][a-z]{2}/.test(header)
    ? Math.ceil((Date.parse(header) - now) / 1000)
    : Number.NaN;
  return Number.isNaN(seconds) ? fallbackSeconds : Math.max(0, seconds);
}
