import * as fc from 'fast-check';
import { expect, vi } from 'vitest';
import { periods } from '../../lambdas/request/period.ts';
import { InvalidRequestError } from '../../lambdas/shared/errors.ts';
import { failureOf } from '../lambdas/support/failure.ts';
import { callTo } from '../lambdas/support/lucca.ts';

/** `FUZZ=50` tries every property fifty times as often. */
const times = Number(process.env['FUZZ'] ?? 1);
fc.configureGlobal({ numRuns: 100 * times });
vi.setConfig({ testTimeout: 300_000 * times });

/** How often a property is tried that is slower, or finds less, than most. */
export const runs = (usual: number) => ({ numRuns: usual * times });

export const { tenant } = callTo('https://acme.ilucca.net');

/** Text of any UTF-16 code units, halves of surrogate pairs included. */
const codeUnits = fc.string({
  unit: fc
    .oneof(fc.nat(0xff_ff), fc.integer({ min: 0xd8_00, max: 0xdf_ff }))
    .map((code) => String.fromCharCode(code)),
  maxLength: 20,
});

export const hostileText = fc.oneof(
  codeUnits,
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom(
    '',
    ' ',
    '.',
    '..',
    '../..',
    '/',
    '//',
    '\\',
    '\0',
    '\u2028',
    '\uFEFF',
    '\uD83D',
    '\uDE00x',
    '%2e%2e',
    'a\nb',
    'a\r\n- b: c',
    '- a: b',
    '__proto__',
    'constructor',
    'toString',
    'length',
    'undefined',
    'NaN',
    '２０２６-01-01',
    '2026-02-30',
    '2026-13',
    '-000001-01-01',
    '1e400',
    '{"a":',
    '[object Object]',
    'x'.repeat(20_000),
  ),
);

/** Lists or objects in each other, so deep that code which calls itself for each level runs out of stack. */
const nested = fc
  .tuple(
    fc.constantFrom(90, 110, 3_000, 7_000, 100_000),
    fc.constantFrom<[string, string][]>(['[', ']'], ['{"a":', '}']),
  )
  .map(([levels, [open, close]]) => `${open.repeat(levels)}1${close.repeat(levels)}`.replace('[1]', '[]'));

export const hostileJsonText = fc.oneof(
  { weight: 4, arbitrary: fc.jsonValue().map((value) => JSON.stringify(value)) },
  { weight: 4, arbitrary: hostileText.map((text) => JSON.stringify(text)) },
  {
    weight: 4,
    arbitrary: fc.constantFrom('-0', '0', '1.5', '1e308', '1e309', '-1e309', '9007199254740993', '5e-324'),
  },
  { weight: 2, arbitrary: fc.constantFrom('{"__proto__":{"a":1}}', '{"":{"":null}}', '[[],[]]', '{}', '[]') },
  { weight: 1, arbitrary: nested },
);

/** Whatever JSON can say. */
export const hostileJson = hostileJsonText.map((text) => JSON.parse(text) as unknown);

type Fields = Record<string, unknown>;

/** Sets a field, be it called `__proto__`. */
export const withField = (fields: object, name: string, value: unknown): Fields =>
  Object.fromEntries([...Object.entries(fields), [name, value]]);

const isoDate = fc
  .date({ min: new Date('0000-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));

export const instant = fc
  .tuple(
    fc.oneof(isoDate, fc.constantFrom('0000-01-01', '0001-01-01', '9999-12-31', '2026-03-29', '2024-02-29')),
    fc.constantFrom('00:00:00', '12:34:56', '23:59:59', '23:59:59.999', '23:59:59.9999999999'),
    fc.constantFrom('Z', '+01:00', '-05:30', '+14:00', '-23:59', '+23:59'),
  )
  .map(([date, time, offset]) => `${date}T${time}${offset}`);

export const timeZone = fc.constantFrom(...Intl.supportedValuesOf('timeZone'));

const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 2 });

const dated = fc.oneof(
  fc.constant({}),
  fc
    .tuple(isoDate, isoDate)
    .map((days) => days.toSorted())
    .map(([startsOn, endsOn]) => ({ startsOn, endsOn })),
  fc.record({ period: fc.constantFrom(...periods), offset: optional(fc.nat(1_000)) }),
  fc.record({ lastDays: fc.integer({ min: 1, max: 3_660 }), offset: optional(fc.nat(1_000)) }),
);
/** Numbers whose digits JavaScript keeps. */
const kept = (document: unknown) =>
  JSON.parse(JSON.stringify(document), (_, value: unknown) =>
    Number.isInteger(value) && !Number.isSafeInteger(value) ? 7 : value,
  ) as unknown;

const templated = fc.oneof(
  fc.record({ templateId: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }) }),
  fc.record({ templateId: fc.integer({ min: 1, max: 3 }) }),
  fc.record({ template: fc.dictionary(hostileText, fc.jsonValue().map(kept)) }),
);
const formats = fc.subarray(['csv', 'excel'], { minLength: 1 });

/** Fields that are not given are absent, as in JSON. */
const asJson = (value: unknown) => JSON.parse(JSON.stringify(value)) as Fields;

/** Inputs of an export in which every field is fine by itself. */
export const validRequest = fc
  .tuple(templated, dated, fc.record({ formats: optional(formats), scheduledTime: optional(instant) }))
  .map(([template, dates, rest]) => asJson({ ...template, ...dates, ...rest }));

export const validBackfill = fc
  .tuple(
    templated,
    fc.tuple(isoDate, isoDate, fc.boolean()),
    fc.record({ every: fc.constantFrom('week', 'month', 'quarter', 'year'), formats: optional(formats) }),
  )
  .map(([template, [one, other, months], rest]) => {
    const [from, to] = [one, other].toSorted().map((day) => (months ? day.slice(0, 7) : day));
    return asJson({ ...template, ...rest, from, to });
  });

const fieldNames = [
  'templateId',
  'template',
  'startsOn',
  'endsOn',
  'period',
  'lastDays',
  'offset',
  'formats',
  'scheduledTime',
  'from',
  'to',
  'every',
  'exports',
  'backfill',
  'skipExisting',
  'dryRun',
  '__proto__',
];

/** What a field may nearly hold. */
const nearly: Record<string, fc.Arbitrary<unknown>> = {
  formats: fc.oneof(
    fc.array(fc.constantFrom('csv', 'excel'), { maxLength: 4 }),
    fc.array(hostileJson, { maxLength: 4 }),
  ),
  template: fc.oneof(
    nested.map((text) => JSON.parse(text) as unknown),
    fc.dictionary(hostileText, hostileJson),
  ),
  scheduledTime: instant,
  startsOn: isoDate,
  endsOn: isoDate,
  offset: fc.nat(2_000),
  lastDays: fc.nat(5_000),
};

/** Objects of which one field holds something else, or that have one more. */
export const spoilt = (object: fc.Arbitrary<object>) => {
  const field = fc.oneof(
    fc.tuple(fc.oneof(fc.constantFrom(...fieldNames), hostileText), fc.oneof(hostileJson, instant)),
    ...Object.entries(nearly).map(([name, value]) => fc.tuple(fc.constant(name), value)),
  );
  return fc.tuple(object, field).map(([fields, [name, value]]) => withField(fields, name, value));
};

const problemLine =
  /^(?:\.?[\p{L}\p{N}_-]+|\[(?:\d+|"[^\n]{0,59}["…])\])+: (?:unknown field(?:, did you mean "\w+"\?)?|expected [^\n]+)$/u;

/** The problems of an InvalidRequestError, each of which has a path. Any other error is a bug. */
export async function problemsOf(work: Promise<unknown>): Promise<string[]> {
  const error = await failureOf(work);
  if (!(error instanceof InvalidRequestError)) throw error;
  const [heading, ...lines] = error.message.split('\n');
  expect(heading).toBe('The input is wrong, so nothing was exported:');
  expect(lines).not.toEqual([]);
  const problems = lines.map((line) => line.slice(2));
  expect(problems.filter((problem) => !problemLine.test(problem))).toEqual([]);
  return problems;
}

export const isRealDate = (date: string) =>
  /^\d{4}-\d\d-\d\d$/.test(date) && new Date(date).toISOString().slice(0, 10) === date;
