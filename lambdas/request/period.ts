import { Temporal } from 'temporal-polyfill';

export interface DateRange {
  /** ISO dates, both inclusive. */
  startsOn: string;
  endsOn: string;
}

export type Day = Temporal.PlainDate;
export interface Unit {
  /** First day of the unit that holds a day. */
  first: (day: Day) => Day;
  length: Temporal.Duration;
}

const day: Unit = { first: (date) => date, length: Temporal.Duration.from({ days: 1 }) };
/** Weeks begin on Monday, as in ISO 8601. */
const week: Unit = {
  first: (date) => date.subtract({ days: date.dayOfWeek - 1 }),
  length: Temporal.Duration.from({ weeks: 1 }),
};
const month: Unit = { first: (date) => date.with({ day: 1 }), length: Temporal.Duration.from({ months: 1 }) };
const quarter: Unit = {
  first: (date) => date.with({ month: date.month - ((date.month - 1) % 3), day: 1 }),
  length: Temporal.Duration.from({ months: 3 }),
};
const year: Unit = {
  first: (date) => date.with({ month: 1, day: 1 }),
  length: Temporal.Duration.from({ years: 1 }),
};

/** The units of which a range of dates can be made up. */
export const units = { week, month, quarter, year } as const satisfies Record<string, Unit>;

/** Each period: its unit, and how many units back it lies. */
const definitions = {
  today: [day, 0],
  yesterday: [day, 1],
  currentWeek: [week, 0],
  previousWeek: [week, 1],
  currentMonth: [month, 0],
  previousMonth: [month, 1],
  currentQuarter: [quarter, 0],
  previousQuarter: [quarter, 1],
  currentYear: [year, 0],
  previousYear: [year, 1],
} as const satisfies Record<string, readonly [Unit, 0 | 1]>;

export type Period = keyof typeof definitions;
export const periods = Object.keys(definitions) as [Period, ...Period[]];

/** How far back in the calendar: in periods, so that 1 with `previousMonth` is the month before the last. */
interface Options {
  offset?: number | undefined;
}

/**
 * The dates of a period, seen from a tenant's calendar.
 * @param instant ISO instant that the period is relative to
 * @param timeZone IANA zone, such as `Europe/Paris`
 */
export function resolvePeriod(
  period: Period,
  instant: string,
  timeZone: string,
  { offset = 0 }: Options = {},
): DateRange {
  const [unit, back] = definitions[period];
  const first = unit.first(dateIn(instant, timeZone)).subtract(times(unit.length, back + offset));
  return { startsOn: first.toString(), endsOn: first.add(unit.length).subtract({ days: 1 }).toString() };
}

/** Some days in a row, of which the last one is yesterday. */
export function resolveLastDays(
  days: number,
  instant: string,
  timeZone: string,
  { offset = 0 }: Options = {},
): DateRange {
  const first = dateIn(instant, timeZone).subtract({ days: days * (1 + offset) });
  return { startsOn: first.toString(), endsOn: first.add({ days: days - 1 }).toString() };
}

const times = (length: Temporal.Duration, factor: number): Temporal.DurationLike => ({
  years: length.years * factor,
  months: length.months * factor,
  weeks: length.weeks * factor,
  days: length.days * factor,
});

/** The calendar date of an instant in a zone. Its fraction may be finer than nanoseconds, which are the finest known. */
export function dateIn(instant: string, timeZone: string): Day {
  const known = instant.replace(/(\.\d{9})\d+/, '$1');
  return Temporal.Instant.from(known).toZonedDateTimeISO(timeZone).toPlainDate();
}
