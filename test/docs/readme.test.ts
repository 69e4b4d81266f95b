import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { everyUnit } from '../../lambdas/batch/backfill.ts';
import { validateBatch } from '../../lambdas/batch/validate.ts';
import { validateRequest } from '../../lambdas/request/validate.ts';
import { periods } from '../../lambdas/request/period.ts';
import { errorNames } from '../../lambdas/shared/errors.ts';
import { formatNames } from '../../lambdas/shared/formats.ts';
import { pollSeconds } from '../../lib/workflows/run-times.ts';

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');

/** A chapter of the README, from its heading to the next one of the same level. */
const chapter = (title: string) => readme.split(/^## /m).find((text) => text.startsWith(`${title}\n`)) ?? '';

const examples = (title: string) =>
  [...chapter(title).matchAll(/```json\n([\s\S]*?)```/g)].map(([, json]) => json!);

const inputs = examples('Input');
const [backfill, list] = examples('Batches') as [string, string];

test('has examples of the input', () => expect(inputs).toHaveLength(2));

test.each(inputs)('the input %s is valid', (json) => {
  expect(() => validateRequest(JSON.parse(json))).not.toThrow();
});

test.each([backfill, list])('the input of a batch %s is valid', (json) => {
  expect(() => validateBatch(JSON.parse(json))).not.toThrow();
});

test('lists every error that has a name of its own', () => {
  const listed = [...chapter('Errors').matchAll(/^\| `(\w+Error)`/gm)].map(([, name]) => name);
  expect(listed.toSorted()).toEqual(errorNames.toSorted());
});

/** The row of a table that tells of a field. */
const rowOf = (title: string, field: string) =>
  chapter(title)
    .split('\n')
    .find((line) => line.startsWith(`| \`${field}\``)) ?? '';

test('lists every period', () => {
  const row = rowOf('Input', 'period');
  const named = new Set([...row.matchAll(/`(\w+)…?`/g)].map(([, name]) => name!));
  const told = periods.filter((period) => {
    const [, which, unit] = /^(current|previous)(\w+)$/.exec(period) ?? [];
    return named.has(period) || (named.has(which!) && named.has(unit!));
  });
  expect(told).toEqual(periods);
});

test('lists every unit of backfills', () => {
  const [, units] = /`every` is ([^;]*);/.exec(rowOf('Batches', 'backfill'))!;
  expect([...units!.matchAll(/`(\w+)`/g)].map(([, name]) => name)).toEqual(everyUnit);
});

test('lists every format', () => {
  const named = [...rowOf('Input', 'formats').matchAll(/`(\w+)`/g)].map(([, name]) => name);
  expect(named.slice(1)).toEqual(formatNames);
});

function lastWorkingDay(month: number): number {
  const last = new Date(Date.UTC(2026, month, 0));
  const weekend = { 0: 2, 6: 1 }[last.getUTCDay()] ?? 0;
  return last.getUTCDate() - weekend;
}

test('tells the last working days of 2026', () => {
  const told = [...chapter('Configuration').matchAll(/^cron\(0 18 (\d+) ([\d,]+) \? 2026\)$/gm)].flatMap(
    ([, day, months]) => months!.split(',').map((month) => [Number(month), Number(day)] as const),
  );
  expect(Object.fromEntries(told)).toEqual(
    Object.fromEntries(Array.from({ length: 12 }, (_, index) => [index + 1, lastWorkingDay(index + 1)])),
  );
});

test('tells how often a report is checked', () => {
  const told = [...readme.matchAll(/(?:ends\*\*: every|Wait For Report:?) +(\d+) s/g)];
  expect(told.map(([, seconds]) => Number(seconds))).toEqual(Array(3).fill(pollSeconds));
});

test('its scripts exist', () => {
  const { scripts } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    scripts: Record<string, string>;
  };
  const named = [...readme.matchAll(/npm (?:run )?([a-z:]+)/g)].map(([, script]) => script!);
  expect(Object.keys({ ...scripts, ci: '' })).toEqual(
    expect.arrayContaining(named.filter((name) => name !== 'install')),
  );
});
