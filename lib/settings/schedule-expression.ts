import cronParser from 'aws-cron-parser';

/**
 * What is wrong with a schedule's expression, `cron(…)` or `rate(…)` as EventBridge Scheduler takes them, or undefined.
 * @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
 */
export function expressionProblem(expression: string): string | undefined {
  const [, kind, inner = ''] = /^(cron|rate)\((.*)\)$/.exec(expression) ?? [];
  const isGood = kind === 'cron' ? isCron(inner) : kind === 'rate' && isRate(inner);
  if (isGood) return undefined;
  return `expected such as "cron(0 6 2 * ? *)" or "rate(7 days)", found ${JSON.stringify(expression)}`;
}

const isRate = (text: string) => /^(1 (minute|hour|day)|([2-9]|[1-9]\d+) (minutes|hours|days))$/.test(text);

const value = String.raw`(\d+|[a-z]{3})`;
const entry = String.raw`(\*|${value}(-${value})?)(/\d+)?`;
const list = new RegExp(`^${entry}(,${entry})*$`, 'i');
/** What only fields of days may be, such as the last one, the weekday nearest to one or the second Monday. */
const day = new RegExp(String.raw`^(\?|L|L-\d+|\d+W|${value}(L|#[1-5]))$`, 'i');

const isField = (text: string, index: number) =>
  list.test(text) || ((index === 2 || index === 4) && day.test(text));

/**
 * The parser is lenient: words that it doesn't know are no numbers, what follows a number is nothing, and a seventh
 * field is nobody's.
 */
function isCron(text: string): boolean {
  const fields = text.split(' ');
  const [, , dayOfMonth, , dayOfWeek] = fields;
  if (!fields.every(isField)) return false;
  if (fields.length !== 6 || (dayOfMonth === '?') === (dayOfWeek === '?')) return false;
  try {
    const { minutes, hours, daysOfMonth, months, daysOfWeek, years } = cronParser.parse(text);
    const days = dayOfMonth === '?' ? daysOfWeek : daysOfMonth;
    return [minutes, hours, days, months, years].every(
      (values) => values.length > 0 && !values.some((value) => Number.isNaN(value)),
    );
  } catch {
    return false;
  }
}
