import { Temporal } from 'temporal-polyfill';
import { type DateRange, units } from '../request/period.ts';

export type Every = keyof typeof units;
export const everyUnit = Object.keys(units) as [Every, ...Every[]];

/**
 * Splits the days from the first to the last, both included, into calendar weeks, months, quarters or years. Where
 * the range begins or ends within one, only its days inside the range are taken.
 * @param most how many ranges to make at the most
 */
export function splitRange({ startsOn, endsOn }: DateRange, every: Every, most: number): DateRange[] {
  const unit = units[every];
  const last = Temporal.PlainDate.from(endsOn);
  const ranges: DateRange[] = [];
  let day = Temporal.PlainDate.from(startsOn);
  while (Temporal.PlainDate.compare(day, last) <= 0 && ranges.length < most) {
    const next = unit.first(day).add(unit.length);
    const end = next.subtract({ days: 1 });
    ranges.push({
      startsOn: day.toString(),
      endsOn: (Temporal.PlainDate.compare(end, last) < 0 ? end : last).toString(),
    });
    day = next;
  }
  return ranges;
}

const month = /^\d{4}-(0[1-9]|1[0-2])$/;

/** First day of a month, or the date itself. */
export const firstDay = (text: string): string => (month.test(text) ? `${text}-01` : text);

/** Last day of a month, or the date itself. */
export function lastDay(text: string): string {
  if (!month.test(text)) return text;
  const { year, month: number, daysInMonth } = Temporal.PlainYearMonth.from(text);
  return new Temporal.PlainDate(year, number, daysInMonth).toString();
}
