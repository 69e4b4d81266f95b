import { cronFields, numbersOf } from './cron-fields.ts';

/** A month of some year, as far as days depend on it. */
interface Month {
  days: number;
  /** Day of the week of the first; Sunday is 1. */
  startsOn: number;
}

/** How many days a month must have, so that there is one of those that are meant. */
export type DaysNeeded = (month: Month) => number;

/**
 * Days of the month, such as `1,15`, `L` or `15W`; undefined if it says something else. AWS's documentation doesn't know
 * `L-3` and `LW`: see docs/decisions/0011-schedules.md. Only numbers can be listed.
 */
export function daysOfMonth(text: string): DaysNeeded | undefined {
  if (text === 'L' || text === 'LW') return () => 1;
  const beforeLast = /^L-(\d+)$/.exec(text)?.[1];
  if (beforeLast !== undefined) {
    const days = Number(beforeLast);
    return days >= 1 && days < cronFields.dayOfMonth.to ? () => days + 1 : undefined;
  }
  const nearestWeekday = /^(\d+)W$/.exec(text)?.[1];
  const days = numbersOf(nearestWeekday ?? text, cronFields.dayOfMonth);
  return days && (() => Math.min(...days));
}

/** Days of the week, such as `MON-FRI`, `L`, `6L` or `6#3`; undefined if it says something else. */
export function daysOfWeek(text: string): DaysNeeded | undefined {
  if (text === 'L') return () => 1;
  const [, weekday, nth] = /^(\w+?)(?:L|#([1-5]))$/.exec(text) ?? [];
  const weekdays = numbersOf(weekday ?? text, cronFields.dayOfWeek);
  if (weekdays === undefined || nth === undefined) return weekdays && (() => 1);
  return ({ startsOn }) => 1 + ((weekdays[0]! - startsOn + 7) % 7) + 7 * (Number(nth) - 1);
}

/** Whether any of these months has such a day. */
export const comes = (needed: DaysNeeded, months: number[], years: number[]): boolean =>
  years.some((year) =>
    months.some((month) => {
      const days = new Date(Date.UTC(year, month, 0)).getUTCDate();
      const startsOn = new Date(Date.UTC(year, month - 1, 1)).getUTCDay() + 1;
      return needed({ days, startsOn }) <= days;
    }),
  );
