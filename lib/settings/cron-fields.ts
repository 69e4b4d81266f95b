/** A field of a cron expression, as EventBridge Scheduler takes it. */
export interface CronField {
  name: string;
  from: number;
  to: number;
  /** Of the numbers, in order. */
  names?: string[];
  /** False: it takes no increments such as `0/15`. */
  increments?: false;
  /** What it may be besides numbers and `?`. */
  others?: string;
}

const months = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const weekdays = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

export const cronFields = {
  minutes: { name: 'minutes', from: 0, to: 59 },
  hours: { name: 'hours', from: 0, to: 23 },
  dayOfMonth: { name: 'day-of-month', from: 1, to: 31, others: 'L, L-3, LW, 15W' },
  month: { name: 'month', from: 1, to: 12, names: months },
  dayOfWeek: {
    name: 'day-of-week',
    from: 1,
    to: 7,
    names: weekdays,
    increments: false,
    others: 'L, 6L, 6#3',
  },
  year: { name: 'year', from: 1970, to: 2199 },
} satisfies Record<string, CronField>;

/** What a field may be, for messages. */
export function describeField({ name, from, to, names, increments, others }: CronField): string {
  const named = names === undefined ? '' : ` or ${names[0]}-${names.at(-1)}`;
  const kinds = ['*', 'lists', 'ascending ranges', ...(increments === false ? [] : ['increments'])];
  return `${name} ${from}-${to}${named} (${[...kinds, ...(others === undefined ? [] : [others])].join(', ')})`;
}

/** The numbers that a field stands for: a list of numbers, names, ranges and increments. Undefined if it isn't one. */
export function numbersOf(text: string, field: CronField): number[] | undefined {
  const entries = text.split(',').map((entry) => entryNumbers(entry, field));
  return entries.every((numbers) => numbers !== undefined) ? entries.flat() : undefined;
}

const value = String.raw`\d+|[a-z]{3}`;
const entryPattern = new RegExp(String.raw`^(?:\*|(${value})(?:-(${value}))?)(?:/(\d+))?$`, 'i');

function entryNumbers(text: string, field: CronField): number[] | undefined {
  const { from, to, increments } = field;
  const match = entryPattern.exec(text);
  if (match === null) return undefined;
  const [, first, last, increment] = match;
  if (increment !== undefined && increments === false) return undefined;
  const start = first === undefined ? from : numberOf(first, field);
  const isOpen = first === undefined || (last === undefined && increment !== undefined);
  const end = isOpen ? to : numberOf(last ?? first, field);
  const by = Number(increment ?? 1);
  // A word that is no name is NaN, which is in no order.
  if (!(from <= start && start <= end && end <= to && 1 <= by && by <= to)) return undefined;
  return Array.from({ length: Math.floor((end - start) / by) + 1 }, (_, index) => start + index * by);
}

function numberOf(text: string, { from, names = [] }: CronField): number {
  const index = names.indexOf(text.toUpperCase());
  return index === -1 ? Number(text) : from + index;
}
