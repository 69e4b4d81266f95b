import { describe, expect, test } from 'vitest';
import { type ErrorName, errorNames } from '../../lambdas/shared/errors.ts';
import guideTemplate from '../../local/lucca-simulator/guide-template.json' with { type: 'json' };
import type { ExecutionResult, Json } from '../../local/states-language/index.ts';
import {
  changeDefinitions,
  createWorld,
  exportMachine,
  retriesOf,
  statesOf,
  type World,
} from '../support/workflow.ts';

const firstHalf = { from: '2026-01', to: '2026-06', every: 'month', templateId: 42 };

interface Item {
  startsOn: string;
  endsOn: string;
  status: string;
  templateId?: number;
  reportId?: number;
  error?: string;
  cause?: string;
  execution?: string;
  manifest?: { bucket: string; key: string };
}

interface Batch {
  dryRun: boolean;
  exported: number;
  failed: number;
  skipped: number;
  items: Item[];
  report: { bucket: string; key: string };
}

const inBucket = (key: string) => ({ bucket: 'lucca-reports', key });
const place = (key: string) => ({ ...inBucket(key), uri: `s3://lucca-reports/${key}` });

const outputOf = (result: ExecutionResult) => (result as unknown as { output: Batch }).output;

/** The report that a batch leaves in the bucket. */
const reportOf = (world: World, name: string) =>
  JSON.parse(world.files()[`acme/batches/${name}.json`]!.toString()) as Batch;

test('a backfill exports every period in order, one at a time, each under a name of its own', async () => {
  const world = await createWorld();
  const result = await world.runBatch({ backfill: firstHalf }, { name: 'half-year' });
  expect(result.status).toBe('SUCCEEDED');
  const { items, ...counts } = outputOf(result);
  expect(counts).toEqual({
    version: 1,
    tenant: 'acme',
    dryRun: false,
    simulated: true,
    exported: 6,
    failed: 0,
    skipped: 0,
    report: place('acme/batches/half-year.json'),
  });
  expect(items[1]).toEqual({
    startsOn: '2026-02-01',
    endsOn: '2026-02-28',
    folder: 'acme/template=42/2026-02-01_2026-02-28',
    status: 'exported',
    templateId: 42,
    reportId: 1002,
    execution: 'half-year-002-2026-02-01_2026-02-28',
    scheduledTime: expect.stringMatching(/^2026-11-02T05:00:\d\d\.000Z$/) as string,
    exportedAt: expect.stringMatching(/^2026-11-02T05:00:\d\d\.000Z$/) as string,
    seconds: { lease: 0, report: 10, files: 0 },
    manifest: inBucket('acme/template=42/2026-02-01_2026-02-28/manifest.json'),
  });
  expect(items.map(({ startsOn }) => startsOn.slice(0, 7))).toEqual(
    [1, 2, 3, 4, 5, 6].map((month) => `2026-0${month}`),
  );
  for (const { manifest } of items) expect(Object.keys(world.files())).toContain(manifest!.key);
  expect(world.lucca.supersededReports).toEqual([]);
  expect(reportOf(world, 'half-year')).toEqual(outputOf(result));
  expect(await world.leases.all()).toEqual([]);
});

test('a list may hold different exports', async () => {
  const world = await createWorld();
  const result = await world.runBatch({
    exports: [
      { templateId: 42, period: 'previousMonth', formats: ['csv', 'excel'] },
      { template: guideTemplate as Json, period: 'previousQuarter' },
      { template: { ...guideTemplate, name: 'Another' } as Json },
      { template: guideTemplate as Json },
    ],
  });
  expect(outputOf(result).items).toMatchObject([
    { templateId: 42, startsOn: '2026-10-01', endsOn: '2026-10-31', status: 'exported' },
    { templateId: 43, startsOn: '2026-07-01', endsOn: '2026-09-30', status: 'exported' },
    { templateId: 44, startsOn: null, endsOn: null, status: 'exported' },
    { templateId: 43, startsOn: null, endsOn: null, status: 'exported' },
  ]);
});

test('a failure stops nothing, and the batch fails in the end with all that failed', async () => {
  const world = await createWorld();
  world.lucca.addFault({ kind: 'status', on: 'createReport', nth: 2, status: 400, body: { title: 'Bad' } });
  const result = await world.runBatch({ backfill: { ...firstHalf, to: '2026-03' } }, { name: 'quarter' });
  expect(result).toMatchObject({
    status: 'FAILED',
    error: 'BatchFailedError',
    cause: expect.stringMatching(
      /^1 of 3 exports failed:\n- 2026-02-01 to 2026-02-28: LuccaRejectedError: .*Bad[\s\S]*s3:\/\/lucca-reports\/acme\/batches\/quarter\.json$/,
    ) as string,
  });
  const { items, exported, failed } = reportOf(world, 'quarter');
  expect([exported, failed]).toEqual([2, 1]);
  expect(items.map(({ status }) => status)).toEqual(['exported', 'failed', 'exported']);
  expect(items[1]).toMatchObject({
    error: 'LuccaRejectedError',
    execution: 'quarter-002-2026-02-01_2026-02-28',
  });
  // An export that failed is final.
  expect(retriesOf(world.events, 'Export Item')).toEqual([]);
});

test('a failure stops nothing even where nobody can tell what became of the export', async () => {
  // Asks for executions that don't exist.
  const world = await createWorld({
    change: changeDefinitions((definition) => definition.replace("':execution:'", "':no-execution:'")),
  });
  world.lucca.addFault({ kind: 'status', on: 'createReport', status: 400 });
  const result = await world.runBatch({ backfill: { ...firstHalf, to: '2026-02' } }, { name: 'unknown' });
  expect(result).toMatchObject({ error: 'BatchFailedError' });
  expect(retriesOf(world.events, 'Describe Item')).not.toEqual([]);
  expect(reportOf(world, 'unknown').items).toMatchObject([
    {
      status: 'failed',
      error: 'States.TaskFailed',
      cause: expect.stringContaining('unknown-001-2026-01-01_2026-01-31') as string,
    },
    { status: 'exported' },
  ]);
});

test('an export knows the batch that started it', async () => {
  const world = await createWorld();
  await world.runBatch({ backfill: { ...firstHalf, to: '2026-01' } }, { name: 'nightly' });
  const entered = world.events.find((event) => 'state' in event && event.state === 'Resolve Request');
  expect(entered).toMatchObject({
    input: {
      AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID: expect.stringMatching(/-acme-Batch:nightly$/) as string,
    },
  });
});

test('an export that is stopped by hand counts as failed, and the batch goes on', async () => {
  const world = await createWorld();
  world.lucca.addFault({ kind: 'neverDone', on: 'createReport' });
  const executions = world.stateMachineArn.replace(':stateMachine:', ':execution:');
  void world.clock
    .sleep(30_000)
    .then(() => world.engine.stop(`${executions}:stopped-001-2026-01-01_2026-01-31`));
  const result = await world.runBatch({ backfill: { ...firstHalf, to: '2026-02' } }, { name: 'stopped' });
  expect(result.status).toBe('FAILED');
  expect(reportOf(world, 'stopped').items).toMatchObject([
    { status: 'failed', error: 'ABORTED', cause: 'The execution ended as ABORTED.' },
    { status: 'exported' },
  ]);
});

test('an export of the batch that runs already is waited for', async () => {
  const world = await createWorld();
  // As if the answer to its start had been lost: the name is in use.
  const january = { templateId: 42, startsOn: '2026-01-01', endsOn: '2026-01-31' };
  const running = world.run(january, { name: 'again-001-2026-01-01_2026-01-31' });
  const result = await world.runBatch({ backfill: { ...firstHalf, to: '2026-01' } }, { name: 'again' });
  expect((await running).status).toBe('SUCCEEDED');
  expect(outputOf(result).items).toMatchObject([{ status: 'exported', reportId: 1001 }]);
  expect(world.lucca.reports).toHaveLength(1);
});

describe('skipExisting', () => {
  const backfill = { ...firstHalf, to: '2026-03' };

  test('leaves out what is there, and says so', async () => {
    const world = await createWorld();
    await world.run({ templateId: 42, startsOn: '2026-02-01', endsOn: '2026-02-28' });
    const result = await world.runBatch({ backfill, skipExisting: true });
    expect(outputOf(result)).toMatchObject({ exported: 2, skipped: 1, failed: 0 });
    expect(outputOf(result).items[1]).toEqual({
      startsOn: '2026-02-01',
      endsOn: '2026-02-28',
      templateId: 42,
      folder: 'acme/template=42/2026-02-01_2026-02-28',
      status: 'skipped',
      manifest: inBucket('acme/template=42/2026-02-01_2026-02-28/manifest.json'),
    });
    expect(world.lucca.reports).toHaveLength(3);
    const again = await world.runBatch({ backfill, skipExisting: true });
    expect(outputOf(again)).toMatchObject({ exported: 0, skipped: 3, failed: 0 });
    expect(world.lucca.reports).toHaveLength(3);
  });

  test('exports what is there without one of the formats', async () => {
    const world = await createWorld();
    await world.runBatch({ backfill });
    const result = await world.runBatch({
      backfill: { ...backfill, formats: ['csv', 'excel'] },
      skipExisting: true,
    });
    expect(outputOf(result)).toMatchObject({ exported: 3, skipped: 0 });
  });

  test('knows the exports of a template that was given as a payload', async () => {
    const world = await createWorld();
    const { templateId: _, ...range } = backfill;
    const withPayload = { ...range, template: guideTemplate as Json };
    await world.runBatch({ backfill: withPayload });
    const result = await world.runBatch({ backfill: withPayload, skipExisting: true });
    expect(outputOf(result)).toMatchObject({ skipped: 3 });
  });
});

test('a dry run gives the plan and calls nobody', async () => {
  const world = await createWorld();
  const result = await world.runBatch({ backfill: { ...firstHalf, to: '2026-01' }, dryRun: true });
  expect(outputOf(result)).toEqual({
    version: 1,
    tenant: 'acme',
    dryRun: true,
    simulated: true,
    items: [
      {
        templateId: 42,
        startsOn: '2026-01-01',
        endsOn: '2026-01-31',
        folder: 'acme/template=42/2026-01-01_2026-01-31',
        status: 'planned',
      },
    ],
  });
  expect(world.lucca.requests).toEqual([]);
  expect(world.files()).toEqual({});
  const exports = [{ template: guideTemplate as Json }];
  expect(outputOf(await world.runBatch({ exports, dryRun: true })).items).toHaveLength(1);
  expect(world.files()).toEqual({});
});

test.each([
  ['no exports', { exports: [] }, /exports: expected at least 1 entry/],
  [
    'a backwards range',
    { backfill: { ...firstHalf, to: '2025-12' } },
    /backfill\.to: expected a date not before/,
  ],
  [
    'overlapping exports',
    {
      exports: [
        { templateId: 42, period: 'previousMonth' },
        { templateId: 42, startsOn: '2026-10-31', endsOn: '2026-11-02' },
      ],
    },
    /exports\[1\]: .* overlaps with exports\[0\]/,
  ],
  [
    'more than fits',
    { backfill: { ...firstHalf, from: '1990-01' } },
    /at most 300 exports.*2014-12-31 at the latest/,
  ],
  ['anything else', { backfills: [] }, /backfills: unknown field/],
])('%s: nothing starts', async (_, input, cause) => {
  const world = await createWorld();
  const result = await world.runBatch(input);
  expect(result).toMatchObject({
    status: 'FAILED',
    error: 'InvalidRequestError',
    cause: expect.stringMatching(cause) as string,
  });
  expect(statesOf(world.events)).toEqual([
    'Plan Batch',
    'Announce Batch Failure',
    'Alert About Batch',
    'Batch Failed',
  ]);
  expect(world.lucca.requests).toEqual([]);
});

test('as many exports as a batch may hold fit, even if all of them fail with long causes', async () => {
  // What goes on inside the exports costs a batch nothing.
  const error = 'ReportGenerationFailedError' satisfies ErrorName;
  expect(Math.max(...errorNames.map(({ length }) => length))).toBe(error.length);
  const failing = { Type: 'Fail', Error: error, Cause: 'é'.repeat(500) };
  const world = await createWorld({
    change: (assembly) =>
      Object.assign(exportMachine(assembly).definition, { StartAt: 'Failing', States: { Failing: failing } }),
  });
  const result = await world.runBatch(
    { backfill: { ...firstHalf, templateId: Number.MAX_SAFE_INTEGER, from: '2001-01', to: '2025-12' } },
    { name: 'é'.repeat(80) },
  );
  expect(result).toMatchObject({ status: 'FAILED', error: 'BatchFailedError' });
  expect(result.historyEvents).toBeLessThan(25_000);
  expect((result as { cause: string }).cause).toMatch(/^300 of 300 exports failed:[\s\S]*\n- and 290 more\n/);
  expect((result as { cause: string }).cause.length).toBeLessThan(32_768);
});

test('they fit even if all of them succeed, whatever the tenant is called', async () => {
  const id = Number.MAX_SAFE_INTEGER;
  const folder = `acme/template=${id}/2001-01-01_2001-01-31`;
  const output = {
    templateId: id,
    reportId: id,
    manifest: { bucket: 'b'.repeat(63), key: `${folder}/manifest.json` },
    scheduledTime: '2026-11-02T05:00:00.000Z',
    exportedAt: '2026-11-02T05:00:00.000Z',
    seconds: { lease: 43_200, report: 14_400, files: 900 },
  };
  const succeeding = { Type: 'Succeed', Output: output };
  const world = await createWorld({
    change: (assembly) =>
      Object.assign(exportMachine(assembly).definition, { StartAt: 'Done', States: { Done: succeeding } }),
  });
  const result = await world.runBatch(
    { backfill: { ...firstHalf, templateId: id, from: '2001-01', to: '2025-12' } },
    { name: 'é'.repeat(80) },
  );
  expect(outputOf(result)).toMatchObject({ exported: 300 });
  // The longest name of a tenant stands twice in each item, where `acme` does here.
  const longer = 300 * 2 * (50 - 'acme'.length);
  expect(Buffer.byteLength(JSON.stringify(outputOf(result))) + longer).toBeLessThan(262_144);
});

test('stopping a batch stops its export, whose lease is released', async () => {
  const world = await createWorld();
  const stop = new AbortController();
  world.lucca.addFault({ kind: 'neverDone', on: 'createReport' });
  void world.clock.sleep(30_000).then(() => stop.abort());
  expect(await world.runBatch({ backfill: firstHalf }, { signal: stop.signal })).toMatchObject({
    status: 'ABORTED',
  });
  await world.engine.settled();
  expect(await world.leases.all()).toEqual([]);
  expect(world.lucca.reports).toHaveLength(1);
});

test('the report of a batch may fail to be written without hiding what became of the exports', async () => {
  const world = await createWorld();
  const result = await world.runBatch(
    { backfill: { ...firstHalf, to: '2026-01' } },
    {
      onEvent: (event) => {
        if (event.type !== 'stateEntered' || event.state !== 'Write Batch Report') return;
        world.engine.s3.failNext('PutObject', { status: 403, code: 'AccessDenied', times: 100 });
      },
    },
  );
  expect(result).toMatchObject({ status: 'SUCCEEDED', output: { exported: 1, report: null } });
});

test("a template's payload is in no cause, and so in no log, however its exports fail", async () => {
  const world = await createWorld();
  const payload = { ...guideTemplate, name: 'Absences de Zoé Durand' };
  for (const [nth, status] of [400, 500].entries()) {
    world.lucca.addFault({
      kind: 'status',
      on: 'createReport',
      nth: nth + 1,
      status,
      times: nth === 0 ? 1 : 100,
    });
  }
  const { templateId: _, ...months } = firstHalf;
  const { status } = await world.runBatch({ backfill: { ...months, template: payload as Json } });
  expect(status).toBe('FAILED');
  // They have failed as children do, with all that they were given.
  const causes = world.events.flatMap((event) => ('cause' in event ? [event.cause] : []));
  expect(causes.some((cause) => cause?.includes('"Input":'))).toBe(true);
  expect([...causes, ...world.logs].some((line) => line?.includes('Durand'))).toBe(false);
  // The payload has gone through the bucket.
  const key = Object.keys(world.files()).find((name) => name.startsWith('acme/template-payloads/'));
  expect(JSON.parse(world.files()[key!]!.toString())).toEqual(payload);
});

const largest = (name: string) => ({ ...guideTemplate, name, more: 'x'.repeat(97_000) }) as Json;

test('the largest templates that are let in go through the batch and its exports', async () => {
  const world = await createWorld();
  const { exported } = (
    (await world.runBatch({
      exports: [
        { template: largest('a'), period: 'previousMonth' },
        { template: largest('b'), period: 'previousMonth' },
      ],
    })) as unknown as { output: { exported: number } }
  ).output;
  expect(exported).toBe(2);
});
