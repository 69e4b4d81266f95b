import * as z from 'zod';
import { quote } from '../../lambdas/shared/problems.ts';
import { comes, daysOfMonth, daysOfWeek } from './cron-days.ts';
import { type CronField, cronFields, describeField, numbersOf } from './cron-fields.ts';

/**
 * What is wrong with a schedule's expression, `cron(…)`, `rate(…)` or `at(…)` as EventBridge Scheduler takes them, or
 * undefined.
 * @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
 */
export function expressionProblem(expression: string): string | undefined {
  const expected = expectation(expression);
  return expected && `expected ${expected}, found ${quote(expression)}`;
}

/** What was expected of an expression that is wrong. */
function expectation(expression: string): string | undefined {
  const [, kind, inner = ''] = /^(cron|rate|at)\((.*)\)$/.exec(expression) ?? [];
  switch (kind) {
    case 'cron':
      return cronExpectation(inner);
    case 'rate':
      return isRate(inner) ? undefined : 'a rate such as "rate(1 day)" or "rate(12 hours)"';
    case 'at':
      return isTime(inner) ? undefined : 'a time that exists, such as "at(2026-11-02T06:00:00)"';
    default:
      return 'an expression such as "cron(0 6 2 * ? *)" or "rate(7 days)"';
  }
}

const isRate = (text: string) => /^(1 (minute|hour|day)|([2-9]|[1-9]\d+) (minutes|hours|days))$/.test(text);

const time = z.iso.datetime({ local: true, precision: 0 });
const isTime = (text: string) => time.safeParse(text).success && !text.endsWith('Z');

function cronExpectation(text: string): string | undefined {
  const [minutes = '', hours = '', day = '', month = '', weekday = '', year, ...others] = text.split(' ');
  if (year === undefined || others.length > 0) {
    const names = Object.values(cronFields).map(({ name }) => name);
    return `6 fields with a space between (${names.join(' ')})`;
  }
  if ((day === '?') === (weekday === '?')) return '"?" as either day-of-month or day-of-week';
  const days = day === '?' ? daysOfWeek(weekday) : daysOfMonth(day);
  const months = numbersOf(month, cronFields.month);
  const years = numbersOf(year, cronFields.year);
  const read: [CronField, unknown][] = [
    [cronFields.minutes, numbersOf(minutes, cronFields.minutes)],
    [cronFields.hours, numbersOf(hours, cronFields.hours)],
    [day === '?' ? cronFields.dayOfWeek : cronFields.dayOfMonth, days],
    [cronFields.month, months],
    [cronFields.year, years],
  ];
  const bad = read.filter(([, value]) => value === undefined).map(([field]) => describeField(field));
  if (bad.length > 0) return bad.join(' and ');
  return comes(days!, months!, years!) ? undefined : 'a day that comes';
}
