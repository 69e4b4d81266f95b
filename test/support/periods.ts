import type { Temporal } from 'temporal-polyfill';
import type { Every } from '../../lambdas/batch/backfill.ts';
import type { Period } from '../../lambdas/request/period.ts';

/** What a calendar on the wall says of each period, on 18 November 2026. */
export const examples: Record<Period, string> = {
  today: '2026-11-18',
  yesterday: '2026-11-17',
  currentWeek: '2026-11-16..2026-11-22',
  previousWeek: '2026-11-09..2026-11-15',
  currentMonth: '2026-11-01..2026-11-30',
  previousMonth: '2026-10-01..2026-10-31',
  currentQuarter: '2026-10-01..2026-12-31',
  previousQuarter: '2026-07-01..2026-09-30',
  currentYear: '2026-01-01..2026-12-31',
  previousYear: '2025-01-01..2025-12-31',
};

/** Names the unit that holds a day, without the arithmetic of the code. */
export const unitOf: Record<'day' | Every, (day: Temporal.PlainDate) => string> = {
  day: (day) => day.toString(),
  week: (day) => `${day.yearOfWeek}-W${day.weekOfYear}`,
  month: (day) => `${day.year}-${day.month}`,
  quarter: (day) => `${day.year}-Q${Math.ceil(day.month / 3)}`,
  year: (day) => String(day.year),
};
