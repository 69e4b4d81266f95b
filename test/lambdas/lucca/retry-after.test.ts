import { expect, test } from 'vitest';
import { retryAfterSeconds } from '../../../lambdas/lucca/retry-after.ts';

const now = Date.parse('2026-11-02T05:00:00.000Z');

test.each<[string, string | null, number]>([
  ['seconds', '17', 17],
  ['seconds with blanks around', ' 17 ', 17],
  ['no time at all', '0', 0],
  ['more than any number', '9'.repeat(400), Number.MAX_SAFE_INTEGER],
  ['a date to come', 'Mon, 02 Nov 2026 05:01:00 GMT', 60],
  ['a date that is over', 'Mon, 02 Nov 2026 04:00:00 GMT', 0],
  ['nothing', null, 60],
  ['an empty text', '', 60],
  ['words', 'a while', 60],
  ['a negative number, which is no time', '-5', 60],
  ['a fraction, which HTTP does not know', '1.5', 60],
  ['a number with its unit', '30 seconds', 60],
])('a Retry-After of %s', (_, header, seconds) => {
  const headers = new Headers(header === null ? {} : { 'Retry-After': header });
  expect(retryAfterSeconds(headers, now)).toBe(seconds);
});

test('a part of a second is rounded up, so that nobody comes too early', () => {
  const headers = new Headers({ 'Retry-After': 'Mon, 02 Nov 2026 05:00:10 GMT' });
  expect(retryAfterSeconds(headers, now + 300)).toBe(10);
});

test.each<[string, string, number]>([
  ['of the answer itself, whose clock is wrong like the other', 'Mon, 02 Nov 2026 07:00:00 GMT', 42],
  ['that is none, as if it were not there', 'now', 7242],
])('a date is compared with a Date %s', (_, date, seconds) => {
  const headers = new Headers({ 'Retry-After': 'Mon, 02 Nov 2026 07:00:42 GMT', Date: date });
  expect(retryAfterSeconds(headers, now)).toBe(seconds);
});
