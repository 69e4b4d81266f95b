import * as fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, test } from 'vitest';
import {
  dateIn,
  type Period,
  periods,
  resolveLastDays,
  resolvePeriod,
} from '../../../lambdas/request/period.ts';
import { examples } from '../../support/periods.ts';

const range = (period: Period, instant: string, timeZone = 'Europe/Paris') => {
  const { startsOn, endsOn } = resolvePeriod(period, instant, timeZone);
  return startsOn === endsOn ? startsOn : `${startsOn}..${endsOn}`;
};

test.each(periods)('on 2026-11-18, %s is what a calendar says', (period) => {
  expect(range(period, '2026-11-18T12:00:00Z')).toBe(examples[period]);
});

describe("the tenant's day counts, not the day in UTC", () => {
  test.each<[string, string, string, string]>([
    ['in summer, two hours ahead', '2026-07-31T22:00:00Z', 'Europe/Paris', '2026-08-01'],
    ['in winter, one hour ahead', '2026-01-31T22:59:59Z', 'Europe/Paris', '2026-01-31'],
    ['in winter, at midnight', '2026-01-31T23:00:00Z', 'Europe/Paris', '2026-02-01'],
    ['west of Greenwich', '2026-11-01T03:59:59Z', 'America/New_York', '2026-10-31'],
    ['at the far east of the calendar', '2026-11-01T10:00:00Z', 'Pacific/Kiritimati', '2026-11-02'],
    ['at the far west of the calendar', '2026-11-01T10:59:59Z', 'Pacific/Pago_Pago', '2026-10-31'],
    ['with an offset in quarters of an hour', '2026-11-01T18:15:00Z', 'Asia/Kathmandu', '2026-11-02'],
    ['in UTC itself', '2026-11-01T23:59:59.999Z', 'UTC', '2026-11-01'],
    ['when the instant is written with an offset', '2026-11-02T00:30:00+01:00', 'Europe/Paris', '2026-11-02'],
    ['when that offset is of another place', '2026-11-01T18:30:00-05:00', 'Europe/Paris', '2026-11-02'],
  ])('%s', (_, instant, timeZone, today) => {
    expect(range('today', instant, timeZone)).toBe(today);
  });
});

describe('around a change of the clocks', () => {
  test.each<[string, string, Period, string]>([
    ['the night before it springs forward', '2026-03-28T22:59:00Z', 'today', '2026-03-28'],
    ['the first minute of that day', '2026-03-28T23:00:00Z', 'yesterday', '2026-03-28'],
    ['within the hour that is left out', '2026-03-29T01:00:00Z', 'yesterday', '2026-03-28'],
    ['the last minute of that day of 23 hours', '2026-03-29T21:59:59Z', 'today', '2026-03-29'],
    ['the midnight after it', '2026-03-29T22:00:00Z', 'yesterday', '2026-03-29'],
    ['the first minute of the day that falls back', '2026-10-24T22:00:00Z', 'yesterday', '2026-10-24'],
    ['the hour that comes twice, first time', '2026-10-25T00:30:00Z', 'yesterday', '2026-10-24'],
    ['the hour that comes twice, second time', '2026-10-25T01:30:00Z', 'yesterday', '2026-10-24'],
    ['the last minute of that day of 25 hours', '2026-10-25T22:59:59Z', 'today', '2026-10-25'],
    ['the midnight after those', '2026-10-25T23:00:00Z', 'yesterday', '2026-10-25'],
    ['the Monday after it', '2026-10-25T23:30:00Z', 'previousWeek', '2026-10-19..2026-10-25'],
    [
      'the month with the longer day, as soon as it is over',
      '2026-10-31T23:00:00Z',
      'previousMonth',
      '2026-10-01..2026-10-31',
    ],
    [
      'the month with the shorter day, as soon as it is over',
      '2026-03-31T22:00:00Z',
      'previousMonth',
      '2026-03-01..2026-03-31',
    ],
  ])('%s', (_, instant, period, expected) => {
    expect(range(period, instant)).toBe(expected);
  });

  test('a day without a midnight is a day', () => {
    expect(range('today', '2018-11-04T03:00:00Z', 'America/Sao_Paulo')).toBe('2018-11-04');
    expect(range('yesterday', '2018-11-04T12:00:00Z', 'America/Sao_Paulo')).toBe('2018-11-03');
  });
});

describe('at the ends of months, quarters, years and weeks', () => {
  test.each<[Period, string, string]>([
    ['previousMonth', '2026-03-31', '2026-02-01..2026-02-28'],
    ['previousMonth', '2028-03-31', '2028-02-01..2028-02-29'],
    ['previousMonth', '2100-03-31', '2100-02-01..2100-02-28'],
    ['previousMonth', '2026-05-31', '2026-04-01..2026-04-30'],
    ['previousMonth', '2026-01-01', '2025-12-01..2025-12-31'],
    ['currentMonth', '2026-12-31', '2026-12-01..2026-12-31'],
    ['currentMonth', '2028-02-29', '2028-02-01..2028-02-29'],
    ['yesterday', '2028-03-01', '2028-02-29'],
    ['yesterday', '2026-03-01', '2026-02-28'],
    ['yesterday', '2026-01-01', '2025-12-31'],
    ['currentQuarter', '2026-03-31', '2026-01-01..2026-03-31'],
    ['currentQuarter', '2026-04-01', '2026-04-01..2026-06-30'],
    ['currentQuarter', '2026-08-31', '2026-07-01..2026-09-30'],
    ['previousQuarter', '2026-01-31', '2025-10-01..2025-12-31'],
    ['previousQuarter', '2026-05-31', '2026-01-01..2026-03-31'],
    ['previousQuarter', '2026-12-31', '2026-07-01..2026-09-30'],
    ['previousYear', '2028-02-29', '2027-01-01..2027-12-31'],
    ['previousYear', '2026-01-01', '2025-01-01..2025-12-31'],
    ['currentYear', '2026-12-31', '2026-01-01..2026-12-31'],
    // 2026 has an ISO week 53, which ends in 2027.
    ['currentWeek', '2026-12-31', '2026-12-28..2027-01-03'],
    ['currentWeek', '2027-01-03', '2026-12-28..2027-01-03'],
    ['previousWeek', '2027-01-04', '2026-12-28..2027-01-03'],
    ['previousWeek', '2027-01-03', '2026-12-21..2026-12-27'],
    ['currentWeek', '2021-01-01', '2020-12-28..2021-01-03'],
    ['currentWeek', '2026-11-16', '2026-11-16..2026-11-22'],
    ['currentWeek', '2026-11-22', '2026-11-16..2026-11-22'],
  ])('%s on %s is %s', (period, day, expected) => {
    expect(range(period, `${day}T12:00:00Z`)).toBe(expected);
  });

  test('a year begins when it begins for the tenant', () => {
    expect(range('previousYear', '2026-12-31T23:00:00Z', 'Europe/Paris')).toBe('2026-01-01..2026-12-31');
    expect(range('previousYear', '2027-01-01T04:59:59Z', 'America/New_York')).toBe('2025-01-01..2025-12-31');
  });
});

describe('an offset goes further back', () => {
  test.each<[Period, number, string]>([
    ['today', 2, '2026-11-16'],
    ['previousMonth', 0, '2026-10-01..2026-10-31'],
    ['previousMonth', 1, '2026-09-01..2026-09-30'],
    ['currentMonth', 9, '2026-02-01..2026-02-28'],
    ['currentMonth', 33, '2024-02-01..2024-02-29'],
    ['currentWeek', 46, '2025-12-29..2026-01-04'],
    ['previousQuarter', 2, '2026-01-01..2026-03-31'],
    ['currentYear', 6, '2020-01-01..2020-12-31'],
  ])('%s by %i', (period, offset, expected) => {
    const { startsOn, endsOn } = resolvePeriod(period, '2026-11-18T12:00:00Z', 'Europe/Paris', { offset });
    expect(startsOn === endsOn ? startsOn : `${startsOn}..${endsOn}`).toBe(expected);
  });
});

test.each([
  [1, 0, '2026-11-01', '2026-11-01'],
  [7, 0, '2026-10-26', '2026-11-01'],
  [7, 1, '2026-10-19', '2026-10-25'],
  [30, 0, '2026-10-03', '2026-11-01'],
])(
  'the last %i days, %i times further back, seen from 2026-11-02 in Paris',
  (days, offset, startsOn, endsOn) => {
    const dates = resolveLastDays(days, '2026-11-01T23:30:00Z', 'Europe/Paris', { offset });
    expect(dates).toEqual({ startsOn, endsOn });
  },
);

const plusDays = (day: string, days: number) => Temporal.PlainDate.from(day).add({ days }).toString();

describe('whenever and wherever it is asked', () => {
  const zones = [
    'Europe/Paris',
    'Europe/Lisbon',
    'America/New_York',
    'America/St_Johns',
    'Asia/Kolkata',
    'Australia/Lord_Howe',
    'Pacific/Kiritimati',
    'Pacific/Pago_Pago',
    'UTC',
  ];
  const instants = fc
    .date({
      min: new Date('1995-01-01T00:00:00Z'),
      max: new Date('2105-12-31T00:00:00Z'),
      noInvalidDate: true,
    })
    .map((date) => date.toISOString());
  const asked = [instants, fc.constantFrom(...zones)] as const;

  test('a day is the one that a calendar on the wall shows', () => {
    fc.assert(
      fc.property(...asked, (instant, timeZone) => {
        const wall = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' }).format(
          new Date(instant),
        );
        expect(dateIn(instant, timeZone).toString()).toBe(wall);
      }),
      { numRuns: 300 },
    );
  });

  test.each(periods)('%s starts no later than it ends, in ISO dates', (period) => {
    fc.assert(
      fc.property(...asked, (instant, timeZone) => {
        const { startsOn, endsOn } = resolvePeriod(period, instant, timeZone);
        expect(startsOn).toMatch(/^\d{4}-\d{2}-\d{2}$/);
        expect(endsOn).toMatch(/^\d{4}-\d{2}-\d{2}$/);
        expect(startsOn <= endsOn).toBe(true);
      }),
    );
  });

  test.each<[Period, Period]>([
    ['yesterday', 'today'],
    ['previousWeek', 'currentWeek'],
    ['previousMonth', 'currentMonth'],
    ['previousQuarter', 'currentQuarter'],
    ['previousYear', 'currentYear'],
  ])('%s ends the day before %s starts, and the latter holds the day', (before, now) => {
    fc.assert(
      fc.property(...asked, (instant, timeZone) => {
        const today = dateIn(instant, timeZone).toString();
        const previous = resolvePeriod(before, instant, timeZone);
        const current = resolvePeriod(now, instant, timeZone);
        expect(plusDays(previous.endsOn, 1)).toBe(current.startsOn);
        expect(current.startsOn <= today && today <= current.endsOn).toBe(true);
        // What is previous now was current when it ended.
        const then = resolvePeriod(now, `${previous.endsOn}T12:00:00Z`, 'UTC');
        expect(then).toEqual(previous);
      }),
    );
  });

  test('an offset of one more is the period right before', () => {
    fc.assert(
      fc.property(...asked, fc.constantFrom(...periods), fc.nat(50), (instant, timeZone, period, offset) => {
        const later = resolvePeriod(period, instant, timeZone, { offset });
        const earlier = resolvePeriod(period, instant, timeZone, { offset: offset + 1 });
        expect(plusDays(earlier.endsOn, 1)).toBe(later.startsOn);
      }),
    );
  });

  test('so many last days end yesterday, and follow each other without a gap', () => {
    fc.assert(
      fc.property(
        ...asked,
        fc.integer({ min: 1, max: 400 }),
        fc.nat(20),
        (instant, timeZone, days, offset) => {
          const last = resolveLastDays(days, instant, timeZone);
          expect(plusDays(last.endsOn, 1)).toBe(dateIn(instant, timeZone).toString());
          const later = resolveLastDays(days, instant, timeZone, { offset });
          expect(plusDays(later.startsOn, days - 1)).toBe(later.endsOn);
          const earlier = resolveLastDays(days, instant, timeZone, { offset: offset + 1 });
          expect(plusDays(earlier.endsOn, 1)).toBe(later.startsOn);
        },
      ),
    );
  });

  test('a week runs from a Monday to the sixth day after it', () => {
    fc.assert(
      fc.property(...asked, fc.constantFrom('currentWeek', 'previousWeek'), (instant, timeZone, period) => {
        const { startsOn, endsOn } = resolvePeriod(period, instant, timeZone);
        expect(Temporal.PlainDate.from(startsOn).dayOfWeek).toBe(1);
        expect(endsOn).toBe(plusDays(startsOn, 6));
      }),
    );
  });
});
