import * as fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { expect, test } from 'vitest';
import { retryAfterSeconds } from '../../lambdas/lucca/retry-after.ts';
import {
  type DateRange,
  dateIn,
  type Period,
  periods,
  resolveLastDays,
  resolvePeriod,
} from '../../lambdas/request/period.ts';
import { unitOf } from '../support/periods.ts';
import { hostileText, runs, timeZone } from './support.ts';

const instant = fc
  .date({ min: new Date('0001-01-02T00:00:00Z'), max: new Date('9999-12-30T00:00:00Z'), noInvalidDate: true })
  .map((date) => date.toISOString());
const period = fc.constantFrom(...periods);
const offset = fc.nat(1_000);
const lastDays = fc.integer({ min: 1, max: 3_660 });

const compare = (one: string, other: string) => Temporal.PlainDate.compare(one, other);
const dayAfter = (date: string) => Temporal.PlainDate.from(date).add({ days: 1 }).toString();
const dayBefore = (date: string) => Temporal.PlainDate.from(date).subtract({ days: 1 }).toString();

/** The date on the wall, which another implementation of calendars and zones tells. */
function wallDate(instant: string, timeZone: string): string {
  const format = new Intl.DateTimeFormat('en', {
    timeZone,
    calendar: 'iso8601',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  });
  const parts = Object.fromEntries(
    format.formatToParts(new Date(instant)).map(({ type, value }) => [type, value]),
  );
  return `${parts['year']!.padStart(4, '0')}-${parts['month']}-${parts['day']}`;
}

test('a day is the one on the wall, in every zone and year', () => {
  fc.assert(
    fc.property(instant, timeZone, (instant, timeZone) => {
      expect(dateIn(instant, timeZone).toString()).toBe(wallDate(instant, timeZone));
    }),
    runs(200),
  );
});

/** Checks that a range is a whole unit, the one that the period's name ends with. */
function checkWhole(period: Period, { startsOn, endsOn }: DateRange): void {
  const [unit] = /[A-Z].*/.exec(period) ?? ['day'];
  const nameOf = unitOf[`${unit[0]!.toLowerCase()}${unit.slice(1)}` as keyof typeof unitOf];
  const [before, first, last, after] = [dayBefore(startsOn), startsOn, endsOn, dayAfter(endsOn)].map((day) =>
    nameOf(Temporal.PlainDate.from(day)),
  );
  expect(last).toBe(first);
  expect([before, after]).not.toContain(first);
}

const daysIn = ({ startsOn, endsOn }: DateRange) => Temporal.PlainDate.from(startsOn).until(endsOn).days + 1;

test('a period is the whole unit that its name says, and holds the day or ends before it', () => {
  fc.assert(
    fc.property(period, instant, timeZone, (period, instant, timeZone) => {
      const range = resolvePeriod(period, instant, timeZone);
      const today = dateIn(instant, timeZone).toString();
      checkWhole(period, range);
      expect(compare(range.startsOn, today)).toBeLessThanOrEqual(0);
      const holdsToday = compare(today, range.endsOn) <= 0;
      expect(holdsToday).toBe(/^(today|current)/.test(period));
    }),
    runs(300),
  );
});

test('periods that are further and further back leave no gap and share no day', () => {
  fc.assert(
    fc.property(period, instant, timeZone, offset, (period, instant, timeZone, offset) => {
      const later = resolvePeriod(period, instant, timeZone, { offset });
      const earlier = resolvePeriod(period, instant, timeZone, { offset: offset + 1 });
      expect(dayAfter(earlier.endsOn)).toBe(later.startsOn);
      checkWhole(period, earlier);
    }),
    runs(300),
  );
});

test('last days are as many as were asked for, end yesterday, and leave no gap further back', () => {
  fc.assert(
    fc.property(lastDays, instant, timeZone, offset, (days, instant, timeZone, offset) => {
      const last = resolveLastDays(days, instant, timeZone);
      expect(dayAfter(last.endsOn)).toBe(dateIn(instant, timeZone).toString());
      const later = resolveLastDays(days, instant, timeZone, { offset });
      const earlier = resolveLastDays(days, instant, timeZone, { offset: offset + 1 });
      expect(dayAfter(earlier.endsOn)).toBe(later.startsOn);
      expect([last, later, earlier].map(daysIn)).toEqual([days, days, days]);
    }),
    runs(300),
  );
});

const headersWith = (retryAfter: string | null) => ({
  get: (name: string) => (name === 'Retry-After' ? retryAfter : null),
});

test('whatever a Retry-After says, it is a whole number of seconds', () => {
  const httpDate = fc.date({ noInvalidDate: true }).map((date) => date.toUTCString());
  const digits = fc.string({
    unit: fc.constantFrom('0', '7', '9'),
    minLength: 1,
    maxLength: 400,
    size: 'max',
  });
  const header = fc.oneof(
    httpDate,
    digits,
    hostileText,
    fc.tuple(httpDate, hostileText).map(([date, text]) => date.slice(0, text.length) + text),
    fc.stringMatching(/^[A-Z][a-z]{2} \d{1,8}$/),
    fc.constant(null),
  );
  fc.assert(
    fc.property(header, instant.map(Date.parse), (header, now) => {
      const seconds = retryAfterSeconds(headersWith(header), now);
      expect(Number.isSafeInteger(seconds) && seconds >= 0).toBe(true);
    }),
    runs(500),
  );
});

test('a Retry-After of an HTTP date is over when that date has come, and not a second later', () => {
  const date = fc.date({ min: new Date(0), max: new Date('9999-12-31'), noInvalidDate: true });
  fc.assert(
    fc.property(date, instant.map(Date.parse), (date, now) => {
      const header = date.toUTCString();
      const until = Math.max(Date.parse(header), now);
      const end = now + retryAfterSeconds(headersWith(header), now) * 1000;
      expect(end - until).toBeGreaterThanOrEqual(0);
      expect(end - until).toBeLessThan(1000);
    }),
  );
});
