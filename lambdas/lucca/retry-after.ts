const fallbackSeconds = 60;

/**
 * How long an answer asks to wait, in whole seconds. Lucca counts requests by the minute, so an answer that doesn't say
 * is taken to mean a minute. A date is compared with the answer's own `Date`, whose clock may be wrong like the other.
 * @param now the instant that a date is compared with where the answer has none, in milliseconds
 */
export function retryAfterSeconds(headers: Pick<Headers, 'get'>, now: number): number {
  const header = headers.get('Retry-After') ?? '';
  if (/^\s*\d+\s*$/.test(header)) return Math.min(Number(header), Number.MAX_SAFE_INTEGER);
  const answeredAt = instantOf(headers.get('Date') ?? '');
  const seconds = Math.ceil((instantOf(header) - (Number.isNaN(answeredAt) ? now : answeredAt)) / 1000);
  return Number.isNaN(seconds) ? fallbackSeconds : Math.max(0, seconds);
}

/** `Date.parse` takes almost anything for a date; an HTTP date begins with the day of the week. */
const instantOf = (header: string) => (/^\s*[A-Z][a-z]{2}/.test(header) ? Date.parse(header) : Number.NaN);
