import type * as z from 'zod';

type Issue = z.core.$ZodIssue;

const longestQuote = 60;

/** Where a value stands in an input, from the outside in: `['exports', 2, 'formats']`. */
export type Place = readonly PropertyKey[];

/**
 * One line per issue: its path, what was expected, and what was found. Objects are `exactObject`s where they take no
 * other fields.
 * @param place where the value that has the issues stands in the input
 */
export function describeIssues(issues: readonly Issue[], place: Place = []): string[] {
  return issues.flatMap((issue) => {
    const path = [...place, ...issue.path];
    if (issue.code !== 'unrecognized_keys') return [`${pathText(path)}: ${describe(issue)}`];
    const lines = issue.message.split('\n');
    return issue.keys.map((key, index) => `${pathText([...path, key])}: ${lines[index]}`);
  });
}

/** A place as people write it: `exports[2].formats`, or `exports[2]["no name"]`. */
export function pathText(keys: Place): string {
  const text = keys.map((key) => (isWord(key) ? `.${key}` : `[${shortened(key)}]`)).join('');
  return text === '' ? 'input' : text.replace(/^\./, '');
}

/** Anything else is quoted: a name may be empty, endless or hold line breaks. */
const isWord = (key: PropertyKey): key is string =>
  typeof key === 'string' && key.length < longestQuote && /^[\p{L}\p{N}_-]+$/u.test(key);

function describe(issue: Issue): string {
  if (issue.code === 'custom') return issue.message;
  if (issue.input === undefined) return `expected ${expected(issue)}, but it is missing`;
  return `expected ${expected(issue)}, found ${quote(issue.input)}`;
}

function expected(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return typeNames[issue.expected] ?? issue.expected;
    case 'invalid_value':
      return `one of ${issue.values.map((value) => JSON.stringify(value)).join(', ')}`;
    case 'invalid_format':
      return formatNames[issue.format] ?? `a ${issue.format}`;
    case 'too_small':
      if (issue.origin === 'array') return `at least ${issue.minimum} entry`;
      return `a number ${issue.inclusive === true ? 'of at least' : 'above'} ${issue.minimum}`;
    case 'too_big':
      return `a number of at most ${issue.maximum}`;
    default:
      return issue.message;
  }
}

const typeNames: Record<string, string> = {
  array: 'a list',
  boolean: 'true or false',
  int: 'a whole number',
  number: 'a number',
  object: 'an object',
  record: 'an object',
  string: 'text',
};

const formatNames: Record<string, string> = {
  email: 'an e-mail address',
  date: 'a date that exists, such as "2026-10-31"',
  datetime: 'an instant with its offset, such as "2026-11-02T06:00:00Z"',
};

/**
 * A value as problems show it. What is inside may name people, and causes are logged: so texts inside aren't shown, nor a document
 * that was pasted as text.
 */
export const quote = (value: unknown): string =>
  typeof value === 'string' && /^\s*[{[]/.test(value)
    ? `text of ${value.length} characters`
    : shortened(value);

/** As JSON, up to a length: inputs can be long, and causes are limited. */
function shortened(value: unknown): string {
  const json = jsonOf(value);
  return json.length > longestQuote ? `${json.slice(0, longestQuote)}…` : json;
}

/**
 * Only as much of a value as can be shown: it may have thousands of levels, or a hundred thousand entries. A
 * configuration may also hold what JSON can't.
 */
function jsonOf(value: unknown): string {
  if (typeof value === 'number') return String(value);
  let shown = 0;
  const show = (_: string, inner: unknown) => {
    if (++shown > longestQuote) return 0;
    if (typeof inner === 'string' && shown > 1) return '…';
    if (typeof inner === 'bigint') return `${inner}n`;
    return typeof inner === 'function' ? String(inner) : inner;
  };
  try {
    return JSON.stringify(value, show) ?? String(value);
  } catch {
    return Object.prototype.toString.call(value);
  }
}
