import { setTimeout } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { planBatch } from '../../../lambdas/batch/plan.ts';
import { mostBatchItems } from '../../../lambdas/shared/contract.ts';
import { jsonBytes } from '../../../lambdas/shared/template-payload.ts';
import { fingerprintOf } from '../../../lambdas/report-template/fingerprint.ts';
import { failureOf } from '../support/failure.ts';
import { callTo } from '../support/lucca.ts';

const { tenant } = callTo('https://acme.ilucca.net');

/** What the bucket holds, by key. */
type Objects = Record<string, string>;

/** Plans a batch, and lists the keys that were read for it. */
function planning(request: unknown, objects: Objects = {}, executionStartTime = '2026-11-02T05:00:00.123Z') {
  const reads: string[] = [];
  const input = { tenant, request, executionStartTime, executionName: 'nightly' };
  const planned = planBatch(input, 'lucca-reports', async (key) => {
    reads.push(key);
    return objects[key];
  });
  const plan = planned.then(({ plan }) => plan);
  plan.catch(() => {});
  return { planned, plan, reads };
}

/** The items that are planned, and the dates of each, such as `2026-01-01..2026-01-31`. */
async function planned(...args: Parameters<typeof planning>) {
  const { items } = await planning(...args).plan;
  return { items, dates: items.map(({ outcome }) => `${outcome.startsOn}..${outcome.endsOn}`) };
}

/** The lines of the refusal, their paths in alphabetical order, and the keys that were read before it. */
async function refusalOf(request: unknown, objects: Objects = {}) {
  const { plan, reads } = planning(request, objects);
  const { name, message } = await failureOf(plan);
  expect(name).toBe('InvalidRequestError');
  const problems = message.split('\n- ').slice(1);
  return { problems, paths: problems.map((line) => line.replace(/:.*/, '')).toSorted(), reads };
}

const days = (first: string, last: string) => ({ startsOn: `2026-${first}`, endsOn: `2026-${last}` });
const january = { templateId: 42, ...days('01-01', '01-31') };
const february = { templateId: 42, ...days('02-01', '02-28') };
const backfill = { from: '2026-01', to: '2026-02', every: 'month', templateId: 42 };

const template = { name: 'Temps', columns: [{ kind: 'a', label: 'é' }] };
/** The same template, its fields in another order. */
const turned = { columns: [{ label: 'é', kind: 'a' }], name: 'Temps' };
const ofPayload = { template, ...days('01-01', '01-31') };
const fingerprint = fingerprintOf(tenant, template);
const recordKey = `acme/templates/${fingerprint}.json`;
/** An earlier run created the template. */
const remembered = { [recordKey]: '{"templateId":42}' };

test('a list of exports is planned as it stands', async () => {
  const inExcel = { ...february, formats: ['excel', 'csv'] };
  const { plan, reads } = planning({ exports: [inExcel, ofPayload] });
  const [one, other] = ['nightly-001-2026-02-01_2026-02-28', 'nightly-002-2026-01-01_2026-01-31'];
  const unknown = { ...days('01-01', '01-31'), templateId: null, folder: null, status: 'planned' };
  const byPayload = { template: fingerprint, ...days('01-01', '01-31'), formats: ['csv'] };
  expect(await plan).toEqual({
    dryRun: false,
    simulated: false,
    items: [
      {
        name: one,
        request: inExcel,
        outcome: { ...february, folder: 'acme/template=42/2026-02-01_2026-02-28', status: 'planned' },
      },
      { name: other, request: byPayload, outcome: unknown },
    ],
  });
  expect(reads).toEqual([recordKey]);
});

test('a backfill is the list of its units', async () => {
  const formats = ['excel'];
  const { items } = await planned({ exports: [january, february].map((dates) => ({ ...dates, formats })) });
  expect((await planned({ backfill: { ...backfill, formats } })).items).toEqual(items);
});

test.each([
  ['2028-01-15', '2028-02-03', ['2028-01-15..2028-01-31', '2028-02-01..2028-02-03']],
  ['2028-01-31', '2028-02', ['2028-01-31..2028-01-31', '2028-02-01..2028-02-29']],
  ['2028-02', '2028-02-01', ['2028-02-01..2028-02-01']],
])('a backfill from %s to %s is clipped to both', async (from, to, expected) => {
  expect((await planned({ backfill: { ...backfill, from, to } })).dates).toEqual(expected);
});

test('a payload that many exports share is looked up once and kept once, and the exports are given its fingerprint', async () => {
  const exports = [ofPayload, { template: turned, ...days('02-01', '02-28') }, { template: {} }];
  const { planned, reads } = planning({ exports }, remembered);
  const {
    plan: { items },
    payloads,
  } = await planned;
  const ofNone = fingerprintOf(tenant, {});
  expect(items.map(({ request }) => request.template)).toEqual([fingerprint, fingerprint, ofNone]);
  expect(items.map(({ outcome }) => outcome.templateId)).toEqual([42, 42, null]);
  expect([...payloads]).toEqual([
    [`acme/template-payloads/${fingerprint}.json`, turned],
    [`acme/template-payloads/${ofNone}.json`, {}],
  ]);
  expect(reads).toHaveLength(2);
  // A remembered id stays out of the input: the export creates the template again, should Lucca have lost it.
  expect(items[0]!.request).not.toHaveProperty('templateId');
});

test('a dry run is handed on, and the execution that started the batch tolerated', async () => {
  const startedBy = { AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID: 'arn:aws:states:parent:1' };
  const request = { exports: [{ ...january, ...startedBy }], dryRun: true, ...startedBy };
  expect(await planning(request).plan).toMatchObject({ dryRun: true, items: [{ request: january }] });
});

test('exports of the same days have names of their own, the same ones every time', async () => {
  const request = { exports: [january, { ...january, templateId: 43 }] };
  const { items } = await planned(request);
  expect(items[0]!.name).not.toBe(items[1]!.name);
  expect((await planned(structuredClone(request))).items).toEqual(items);
});

// November for the tenant in Paris, while it still is October in UTC.
const late = { scheduledTime: '2026-10-31T23:30:00Z' };
const april = { scheduledTime: '2026-04-15T12:00:00Z' };

test.each<[string, string, object, object]>([
  ['the start of the batch', late.scheduledTime, {}, {}],
  ["the batch's time", april.scheduledTime, late, {}],
  ["the export's time", april.scheduledTime, april, late],
])('what has no dates is relative to %s', async (_, startedAt, ofBatch, ofItem) => {
  const item = { templateId: 42, ...ofItem };
  const exports = [{ ...item, period: 'previousMonth' }, item, { ...item, period: 'currentMonth' }];
  const { items, dates } = await planned({ exports, ...ofBatch }, {}, startedAt);
  expect(dates).toEqual(['2026-10-01..2026-10-31', 'null..null', '2026-11-01..2026-11-30']);
  expect(items[0]!.request).toEqual({ templateId: 42, ...days('10-01', '10-31'), formats: ['csv'] });
  expect(items[1]!.request).toEqual({ templateId: 42, ...late, formats: ['csv'] });
  expect(items[1]!.name).toBe('nightly-002-default_2026-11-01');
});

const manifestOf = (...formats: string[]) =>
  JSON.stringify({ files: formats.map((format) => ({ format })), exportedAt: '2026-11-01T05:00:00.000Z' });
const exportedAt = (instant: string) => JSON.stringify({ files: [{ format: 'csv' }], exportedAt: instant });

describe('with skipExisting', () => {
  const key = 'acme/template=42/2026-01-01_2026-01-31/manifest.json';
  const ofToday = 'acme/template=42/default_2026-11-02/manifest.json';
  const ofNone = key.replace('42', 'null');
  const both = { ...january, formats: ['csv', 'excel'] };

  test.each<[string, object, Objects]>([
    ['has the format that is wanted', january, { [key]: manifestOf('csv') }],
    [
      'is from the first instant after the period in Paris',
      january,
      { [key]: exportedAt('2026-01-31T23:00:00Z') },
    ],
    ['has more formats than are wanted', january, { [key]: manifestOf('excel', 'csv') }],
    ['has all that are wanted', both, { [key]: manifestOf('excel', 'csv') }],
    ['is of a payload that was created', ofPayload, { [key]: manifestOf('csv'), ...remembered }],
    ["is of the template's own period that day", { templateId: 42 }, { [ofToday]: manifestOf('csv') }],
  ])('an export is skipped whose manifest %s', async (_, request, objects) => {
    const { items } = await planned({ exports: [request], skipExisting: true }, objects);
    const manifest = { bucket: 'lucca-reports', key: Object.keys(objects)[0] };
    expect(items[0]!.outcome).toMatchObject({ templateId: 42, status: 'skipped', manifest });
  });

  test.each<[string, object, Objects]>([
    ['is absent', january, {}],
    ['is from the last day of the period', january, { [key]: exportedAt('2026-01-31T22:59:59Z') }],
    ['is from before it', january, { [key]: exportedAt('2025-12-01T05:00:00Z') }],
    ['does not tell when it was made', january, { [key]: '{"files":[{"format":"csv"}]}' }],
    ['tells no instant', january, { [key]: exportedAt('yesterday') }],
    ["is a simulator's", january, { [key]: manifestOf('csv').replace('{', '{"simulated":true,') }],
    ['is of other days', february, { [key]: manifestOf('csv') }],
    ['lacks a format', both, { [key]: manifestOf('csv') }],
    ['has only another', january, { [key]: manifestOf('excel') }],
    ['lists nothing', january, { [key]: manifestOf() }],
    ['is empty', january, { [key]: '' }],
    ['was cut', january, { [key]: manifestOf('csv').slice(0, -1) }],
    ['is null', january, { [key]: 'null' }],
    ['has no list', january, { [key]: '{"files":"csv"}' }],
    ['cannot be, its payload not having been created', ofPayload, { [ofNone]: manifestOf('csv') }],
  ])('an export is not skipped whose manifest %s', async (_, request, objects) => {
    const { items } = await planned({ exports: [request], skipExisting: true }, objects);
    expect(items[0]!.outcome.status).toBe('planned');
    expect(items[0]!.outcome).not.toHaveProperty('manifest');
  });

  test('ten manifests are read at once, and the exports stay in order whichever is there first', async () => {
    const exports = Array.from({ length: 25 }, (_, index) => ({ ...january, templateId: index + 1 }));
    const input = { tenant, executionStartTime: '2026-11-02T05:00:00Z', executionName: 'nightly' };
    let [reading, most] = [0, 0];
    const plan = planBatch({ ...input, request: { exports, skipExisting: true } }, 'bucket', async (read) => {
      most = Math.max(most, ++reading);
      await setTimeout(10 - reading);
      reading--;
      return read.includes('template=13/') ? manifestOf('csv') : undefined;
    });
    const outcomes = (await plan).plan.items.map(({ outcome }) => [outcome.templateId, outcome.status]);
    expect(outcomes).toEqual(exports.map(({ templateId: id }) => [id, id === 13 ? 'skipped' : 'planned']));
    expect(most).toBe(10);
  });

  test.each([{}, { skipExisting: false }])('not so, given as %j: no manifest is read', async (options) => {
    const { plan, reads } = planning({ backfill, ...options }, { [key]: manifestOf('csv') });
    expect((await plan).items.map(({ outcome }) => outcome.status)).toEqual(['planned', 'planned']);
    expect(reads).toEqual([]);
  });
});

describe('a batch is refused before anything is read, every problem being named', () => {
  const bad = { ...january, formats: ['pdf', 'csv', 'csv'], to: '2026-02' };
  const twice = { ...january, template };
  const wrong = { from: '2026-02-30', to: '2026-13', every: 'day', formats: ['csv', 'csv'], startsOn: 1 };
  const early = { ...backfill, to: '2025-12' };

  test.each<[string, unknown, string]>([
    ['when it is no object', null, 'input'],
    ['with neither exports nor a backfill', {}, 'exports'],
    ['with both', { exports: [january], backfill }, 'exports'],
    ['without any export', { exports: [] }, 'exports'],
    ['with an unknown field', { backfill, skipexisting: true }, 'skipexisting'],
    ['with text for a switch', { backfill, dryRun: 'yes', skipExisting: 'no' }, 'dryRun skipExisting'],
    ['with a time without offset', { backfill, scheduledTime: '2026-01-01T00:00:00' }, 'scheduledTime'],
    ['when an export is none', { exports: [january, 3, january] }, 'exports[1]'],
    ['when one is wrong', { exports: [bad] }, 'exports[0].formats[0] exports[0].formats[2] exports[0].to'],
    ['when two are', { exports: [{}, january, twice] }, 'exports[0].templateId exports[2].templateId'],
    ['when one has no such day', { exports: [{ ...february, endsOn: '2026-02-29' }] }, 'exports[0].endsOn'],
    ['when the batch is wrong as well', { exports: [{}], dryRun: 1 }, 'dryRun exports[0].templateId'],
    ['when a backfill is none', { backfill: '2026' }, 'backfill'],
    ['when it is empty', { backfill: {} }, 'backfill.every backfill.from backfill.templateId backfill.to'],
    [
      'when it is wrong',
      { backfill: wrong },
      'backfill.every backfill.formats[1] backfill.from backfill.startsOn backfill.templateId backfill.to',
    ],
    ['when it has two templates', { backfill: { ...backfill, template } }, 'backfill.templateId'],
    ['when it ends first', { backfill: early }, 'backfill.to'],
    ['when it does and is wrong', { backfill: { ...early, every: 'day' } }, 'backfill.every backfill.to'],
  ])('%s', async (_, request, expected) => {
    const { paths, reads } = await refusalOf(request, remembered);
    expect(paths.join(' ')).toBe(expected);
    expect(reads).toEqual([]);
  });
});

describe('exports of the same template may not share days', () => {
  const across = { templateId: 42, ...days('01-31', '02-01') };
  const within = { templateId: 42, ...days('01-09', '01-09') };
  const ofNew = { template: {}, ...days('01-01', '01-31') };
  const ofPeriod = { templateId: 42, period: 'previousMonth', scheduledTime: '2026-02-15T12:00:00Z' };

  test.each<[string, object[], number[]]>([
    ['when they share them all', [january, january], [1]],
    ['when they share the last or the first', [january, across, february], [1, 2]],
    ['when they come the other way round', [february, across, january], [1, 2]],
    ['when one is within the other', [within, january], [1]],
    ['when they are those of a period', [ofPeriod, january], [1]],
    ["when both have the template's own period", [{ templateId: 42 }, { templateId: 42 }], [1]],
    ['when they have the same new payload', [ofNew, ofNew], [1]],
    ['when one has the id and the other the payload that it was created from', [january, ofPayload], [1]],
    ['and each that does is named', [january, january, february, across], [1, 3]],
  ])('%s', async (_, exports, expected) => {
    const { paths, problems, reads } = await refusalOf({ exports, skipExisting: true }, remembered);
    expect(paths).toEqual(expected.map((index) => `exports[${index}]`));
    expect(problems[0]).toContain('overlaps with exports[0]');
    expect(reads.filter((key) => !key.includes('/templates/'))).toEqual([]);
  });

  test.each<[string, object[], Objects]>([
    ['when they follow each other', [february, january], {}],
    ['when the templates differ', [january, { ...january, templateId: 43 }, ofPayload], {}],
    ["when one has the template's own period", [january, { templateId: 42 }], {}],
    ['when another id is remembered', [ofPayload, { ...january, templateId: 43 }], remembered],
  ])('but are fine %s', async (_, exports, objects) => {
    expect((await planned({ exports }, objects)).items).toHaveLength(exports.length);
  });
});

test('days that no ISO date can name are refused with their place', async () => {
  const longAgo = {
    templateId: 42,
    period: 'currentYear',
    scheduledTime: '0500-01-01T12:00:00Z',
    offset: 501,
  };
  expect((await refusalOf({ exports: [january, longAgo] })).problems).toEqual([
    expect.stringMatching(/^exports\[1\]\.offset: .*, found -000001-01-01_-000001-12-31$/),
  ]);
});

test('a list that is too long is refused, saying how many exports fit', async () => {
  const exports = Array.from({ length: mostBatchItems + 1 }, (_, index) => ({ templateId: index + 1 }));
  expect((await planned({ exports: exports.slice(1) })).items).toHaveLength(mostBatchItems);
  const { problems } = await refusalOf({ exports });
  expect(problems).toEqual([expect.stringMatching(`^exports: .* ${mostBatchItems} .* ${exports.length}`)]);
});

test('a backfill that is too long is refused, saying how many exports fit and when the last one ends', async () => {
  const weeks = { ...backfill, from: '2020-01-01', every: 'week' };
  const { problems } = await refusalOf({ backfill: { ...weeks, to: '2026-12' } });
  expect(problems).toEqual([expect.stringMatching(`^backfill: .*at most ${mostBatchItems} `)]);
  const [to] = /\d{4}-\d{2}-\d{2}/.exec(problems[0]!)!;
  expect((await planned({ backfill: { ...weeks, to } })).items).toHaveLength(mostBatchItems);
  const dayAfter = new Date(Date.parse(to) + 86_400_000).toISOString().slice(0, 10);
  expect((await refusalOf({ backfill: { ...weeks, to: dayAfter } })).problems).toEqual(problems);
});

test('a document that was given as text is not quoted, wherever it stands', async () => {
  const pasted = '{"name":"Paie Jean Dupont"}';
  for (const request of [pasted, { exports: pasted }, { exports: [pasted] }, { backfill: pasted }]) {
    const { problems } = await refusalOf(request);
    expect(problems.join(' ')).toMatch(/found text of 27 characters/);
    expect(problems.join(' ')).not.toContain('Dupont');
  }
});

test('the largest plan fits into a state', async () => {
  // A day each, of the templates' own period: each has its time. Names are as long as they may be.
  const exports = Array.from({ length: mostBatchItems }, (_, index) => ({
    template: { index },
    formats: ['csv', 'excel'],
    scheduledTime: `2026-01-01T00:00:00.${'0'.repeat(13)}+00:00`,
  }));
  const input = {
    tenant: { ...tenant, name: 'a'.repeat(50) },
    executionStartTime: '2026-11-02T05:00:00Z',
    executionName: '𝒻'.repeat(80),
  };
  let templateId = 2 ** 52;
  const { plan } = await planBatch(
    { ...input, request: { exports, skipExisting: true } },
    'b'.repeat(63),
    async (key) =>
      key.includes('/templates/') ? JSON.stringify({ templateId: ++templateId }) : manifestOf('csv', 'excel'),
  );
  expect(plan.items.every(({ outcome }) => outcome.status === 'skipped')).toBe(true);
  expect(jsonBytes(plan)).toBeLessThan(262_144);
});
