import type * as z from 'zod';

type Issue = z.core.$ZodIssue;

const longestQuote = 60;

/** One line per issue: its path, what was expected, and what was found. */
export function describeIssues(issues: readonly Issue[]): string[] {
  return issues.flatMap((issue) => {
    if (issue.code !== 'unrecognized_keys') return [`${path(issue.path)}: ${describe(issue)}`];
    return issue.keys.map((key) => `${path([...issue.path, key])}: unknown field`);
  });
}

function path(keys: readonly PropertyKey[]): string {
  const text = keys.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('');
  return text === '' ? 'input' : text.replace(/^\./, '');
}

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
      return issue.origin === 'array' ? `at least ${issue.minimum} entry` : `a number above ${issue.minimum}`;
    default:
      return issue.message;
  }
}

const typeNames: Record<string, string> = {
  array: 'a list',
  int: 'a whole number',
  number: 'a number',
  object: 'an object',
  record: 'an object',
  string: 'text',
};

const formatNames: Record<string, string> = {
  date: 'a date that exists, such as "2026-10-31"',
  datetime: 'an instant with its offset, such as "2026-11-02T06:00:00Z"',
};

/** A value as JSON, shortened: inputs can be long, and causes are limited. */
export function quote(value: unknown): string {
  const json = JSON.stringify(value) ?? String(value);
  return json.length > longestQuote ? `${json.slice(0, longestQuote)}…` : json;
}
