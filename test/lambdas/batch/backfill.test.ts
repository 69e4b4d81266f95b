import * as fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { expect, test } from 'vitest';
import { type Every, everyUnit, splitRange } from '../../../lambdas/batch/backfill.ts';
import { unitOf } from '../../support/periods.ts';

test.each<[string, Every, string]>([
  ['a day', 'year', '2026-05-05..2026-05-05'],
  ['a leap February', 'month', '2028-01-31..2028-01-31 2028-02-01..2028-02-29 2028-03-01..2028-03-01'],
  // 2026 has an ISO week 53, which ends in 2027.
  ["a year's end", 'week', '2026-12-27..2026-12-27 2026-12-28..2027-01-03 2027-01-04..2027-01-05'],
  ['clipped quarters', 'quarter', '2025-12-31..2025-12-31 2026-01-01..2026-03-31 2026-04-01..2026-05-15'],
  ['a clipped year and a whole one', 'year', '2025-07-01..2025-12-31 2026-01-01..2026-12-31'],
  ['the last day that can be written', 'week', '9999-12-31..9999-12-31'],
])('%s is split by %s into %s', (_, every, expected) => {
  const range = { startsOn: expected.slice(0, 10), endsOn: expected.slice(-10) };
  const parts = splitRange(range, every, 10);
  expect(parts.map(({ startsOn, endsOn }) => `${startsOn}..${endsOn}`)).toEqual(expected.split(' '));
});

const dayAfter = (day: string) => Temporal.PlainDate.from(day).add({ days: 1 }).toString();

const ranges = fc.tuple(fc.nat(40_000), fc.nat(800)).map(([start, days]) => {
  const first = Temporal.PlainDate.from('1995-01-01').add({ days: start });
  return { startsOn: first.toString(), endsOn: first.add({ days }).toString() };
});

test.each(everyUnit)('any range is covered by each %s that it touches, or by the earliest', (every) => {
  const unit = (day: string) => unitOf[every](Temporal.PlainDate.from(day));
  fc.assert(
    fc.property(ranges, fc.integer({ min: 1, max: 20 }), (range, most) => {
      const parts = splitRange(range, every, Infinity);
      const starts = [...parts.map(({ startsOn }) => startsOn), dayAfter(range.endsOn)];
      expect(starts).toEqual([range.startsOn, ...parts.map(({ endsOn }) => dayAfter(endsOn))]);
      expect(parts.every(({ startsOn, endsOn }) => startsOn <= endsOn)).toBe(true);
      expect(parts.map(({ endsOn }) => unit(endsOn))).toEqual(parts.map(({ startsOn }) => unit(startsOn)));
      expect(new Set(parts.map(({ startsOn }) => unit(startsOn))).size).toBe(parts.length);
      expect(splitRange(range, every, most)).toEqual(parts.slice(0, most));
    }),
    { numRuns: 60 },
  );
});
