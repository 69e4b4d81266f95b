import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { longestReportTimeout, pollSeconds, runTimes } from '../../lib/workflows/run-times.ts';
import guideTemplate from '../../local/lucca-simulator/guide-template.json' with { type: 'json' };
import type { Json } from '../../local/states-language/index.ts';
import { apiKey, createWorld, statesOf } from '../support/workflow.ts';

const october = 'acme/template=42/2026-10-01_2026-10-31';
const lastMonth = { templateId: 42, period: 'previousMonth' };

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

test('a CSV and an Excel file are stored as Lucca serves them, and the manifest after them', async () => {
  const world = await createWorld();
  const result = await world.run({ ...lastMonth, formats: ['csv', 'excel'] });

  const [csv, excel] = (['csv', 'excel'] as const).map((format) => world.lucca.expectedFile(1001, format));
  const bucket = 'lucca-reports';
  const version = expect.any(String) as string;
  const output = {
    version: 1,
    execution: expect.stringMatching(/:execution:.*:test-1$/) as string,
    executionUrl: expect.stringMatching(
      /^https:\/\/eu-west-3\.console\..*\/details\/arn:.*:test-1$/,
    ) as string,
    tenant: 'acme',
    schedule: null,
    batch: null,
    templateId: 42,
    reportId: 1001,
    startsOn: '2026-10-01',
    endsOn: '2026-10-31',
    scheduledTime: '2026-11-02T05:00:00.000Z',
    exportedAt: '2026-11-02T05:00:00.000Z',
    // Lucca is on this machine.
    simulated: true,
    seconds: { lease: 0, report: 10, files: 0 },
    files: [
      {
        format: 'csv',
        bucket,
        key: `${october}/report.csv`,
        uri: `s3://${bucket}/${october}/report.csv`,
        versionId: version,
        bytes: csv!.length,
        sha256: sha256(csv!),
        rows: 15,
      },
      {
        format: 'excel',
        bucket,
        key: `${october}/report.xlsx`,
        uri: `s3://${bucket}/${october}/report.xlsx`,
        versionId: version,
        bytes: excel!.length,
        sha256: sha256(excel!),
      },
    ],
    manifest: { bucket, key: `${october}/manifest.json`, uri: `s3://${bucket}/${october}/manifest.json` },
  };
  expect(result).toMatchObject({ status: 'SUCCEEDED', output });
  const { startsOn, endsOn } = world.lucca.reports[0]!.period;
  expect(`${startsOn.toString()} to ${endsOn.toString()}`).toBe('2026-10-01 to 2026-10-31');
  const files = world.files();
  expect(Object.keys(files)).toEqual([
    `${october}/manifest.json`,
    `${october}/report.csv`,
    `${october}/report.xlsx`,
  ]);
  expect(files[`${october}/report.csv`]).toEqual(csv);
  expect(files[`${october}/report.xlsx`]).toEqual(excel);
  expect(JSON.parse(files[`${october}/manifest.json`]!.toString())).toEqual(output);
  expect(statesOf(world.events)).toEqual([
    'Resolve Request',
    'Acquire Lease',
    'Export Under Lease',
    'Template Given?',
    'Renew Lease',
    'Create Report',
    'Wait For Report',
    'Check Report',
    'Report Status?',
    'Store Files',
    'Store File',
    'Store File',
    'Write Manifest',
    'Release Lease',
    'Exported?',
    'Announce Export',
    'Report Exported',
  ]);
});

test('objects carry the report, the template and the execution that they come from', async () => {
  const world = await createWorld();
  await world.run(lastMonth, { name: 'monthly' });
  const objects = await world.engine.s3.objects();
  expect(objects.find(({ key }) => key.endsWith('report.csv'))).toMatchObject({
    contentType: 'text/csv',
    metadata: {
      'report-id': '1001',
      'template-id': '42',
      execution: expect.stringMatching(/:execution:.*:monthly$/) as string,
    },
  });
});

test.each([
  ['neither dates nor a period: the template’s own', { templateId: 42 }, null, 'default_2026-11-02'],
  [
    'dates',
    { templateId: 42, startsOn: '2026-01-01', endsOn: '2026-03-31' },
    '2026-01-01',
    '2026-01-01_2026-03-31',
  ],
  [
    'a period, as seen when the run was scheduled',
    { templateId: 42, period: 'previousMonth', scheduledTime: '2026-09-30T22:30:00Z' },
    '2026-09-01',
    '2026-09-01_2026-09-30',
  ],
])('exports %s', async (_, input, startsOn, folder) => {
  const world = await createWorld();
  const result = await world.run(input);
  expect(result).toMatchObject({ status: 'SUCCEEDED', output: { startsOn } });
  expect(Object.keys(world.files())).toContain(`acme/template=42/${folder}/report.csv`);
  const asked = world.lucca.reports[0]!.period.startsOn.toString();
  expect(asked).toBe(startsOn ?? '2026-01-01');
});

test('polls every 10 s until the report is done', async () => {
  const world = await createWorld();
  world.lucca.addFault({
    kind: 'status',
    on: 'checkReport',
    status: 200,
    body: { status: 'pending' },
    times: 30,
  });
  const started = world.clock.now();
  expect(await world.run(lastMonth)).toMatchObject({ status: 'SUCCEEDED' });
  expect(world.clock.now() - started).toBe(31 * 10_000);
});

test('Lucca may take as many whole hours as an execution’s history has room for', async () => {
  const world = await createWorld();
  async function eventsWith(checks: number): Promise<number> {
    const pending = { kind: 'status', on: 'checkReport', status: 200, body: { status: 'pending' } } as const;
    world.lucca.addFault({ ...pending, times: checks });
    return (await world.run(lastMonth)).historyEvents;
  }
  const eventsPerPoll = ((await eventsWith(11)) - (await eventsWith(1))) / 10;
  /** Waits for the lease of another export, half as long as it may each time, as on average. */
  async function eventsOfWaiting(hours: number): Promise<number> {
    const acquiredAt = world.clock.now();
    await world.leases.put({ executionArn: 'other', acquiredAt, expiresAt: acquiredAt + hours * 3_600_000 });
    return (await world.run(lastMonth, { random: () => 0.5 })).historyEvents;
  }
  const eventsPerHour = ((await eventsOfWaiting(3)) - (await eventsOfWaiting(1))) / 2;
  const events = (report: number) =>
    (report / pollSeconds) * eventsPerPoll + (runTimes(report).leaseWait / 3600) * eventsPerHour;
  // Step Functions ends an execution at 25,000; the rest is for retries.
  expect(events(longestReportTimeout)).toBeLessThan(24_000);
  expect(events(longestReportTimeout + 3600)).toBeGreaterThan(24_000);
});

test('exporting a period again writes new versions of the same keys', async () => {
  const world = await createWorld();
  const [first, second] = [await world.run(lastMonth), await world.run(lastMonth)];
  const version = (result: typeof first) =>
    (result as unknown as { output: { files: { versionId: string }[] } }).output.files[0]!.versionId;
  expect(version(first)).not.toBe(version(second));
  expect(Object.keys(world.files())).toEqual([`${october}/manifest.json`, `${october}/report.csv`]);
});

test('a template given as a payload is created once and remembered', async () => {
  const world = await createWorld();
  const input = { template: guideTemplate as Json, period: 'previousMonth' };
  for (const name of ['first', 'second']) {
    expect(await world.run(input, { name })).toMatchObject({
      status: 'SUCCEEDED',
      output: { templateId: 43 },
    });
  }
  expect(world.lucca.templates.map(({ id }) => id)).toEqual([42, 43]);
  expect(world.lucca.templates[1]!.payload).toEqual({ ...guideTemplate, id: 43 });
  const records = Object.entries(world.files()).filter(([key]) => key.startsWith('acme/templates/'));
  expect(records.map(([, bytes]) => bytes.toString())).toEqual(['{"templateId":43}']);
});

test('a remembered template that was deleted in Lucca is created again', async () => {
  const world = await createWorld();
  const input = { template: guideTemplate as Json, period: 'previousMonth' };
  await world.run(input, { name: 'first' });
  world.lucca.addFault({ kind: 'status', on: 'createReport', status: 404 });
  expect(await world.run(input, { name: 'second' })).toMatchObject({ output: { templateId: 44 } });
  expect(await world.run(input, { name: 'third' })).toMatchObject({ output: { templateId: 44 } });
});

test('the API key is nowhere but in the header', async () => {
  const world = await createWorld();
  world.lucca.addFault({ kind: 'echoKey', on: 'downloadExcel', status: 503 });
  const good = await world.run({ template: guideTemplate as Json, formats: ['csv', 'excel'] });
  world.lucca.addFault({ kind: 'echoKey', on: 'createReport', times: 9 });
  const bad = await world.run(lastMonth);
  expect([good.status, bad.status]).toEqual(['SUCCEEDED', 'FAILED']);

  const produced = [
    JSON.stringify([good, bad, world.events]),
    ...world.logs,
    ...Object.values(world.allFiles()),
  ];
  expect(world.logs.length).toBeGreaterThan(0);
  for (const bytes of produced) expect(bytes.includes(apiKey)).toBe(false);
});

test('logs hold no names of the staff', async () => {
  const world = await createWorld();
  await world.run(lastMonth);
  const csv = world.lucca.expectedFile(1001, 'csv').toString();
  const names = csv.match(/^[^;"]+ \(\d+\)/gm) ?? [];
  expect(names.length).toBeGreaterThan(9);
  for (const name of names) expect(world.logs.join()).not.toContain(name);
});

test('an execution may have any name', async () => {
  const world = await createWorld();
  expect(await world.run(lastMonth, { name: 'février' })).toMatchObject({ status: 'SUCCEEDED' });
  const [, report] = await world.engine.s3.objects();
  expect(report?.metadata.execution).toMatch(/:f%C3%A9vrier$/);
});

test('stopping an execution ends it at once and leaves nothing half done', async () => {
  const world = await createWorld();
  const stop = new AbortController();
  world.lucca.addFault({ kind: 'neverDone', on: 'createReport' });
  void world.clock.sleep(65_000).then(() => stop.abort());
  expect(await world.run(lastMonth, { signal: stop.signal })).toMatchObject({ status: 'ABORTED' });
  expect(world.files()).toEqual({});
  expect(await world.engine.s3.multipartUploads()).toEqual([]);
});
