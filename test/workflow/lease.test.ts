import { describe, expect, test } from 'vitest';
import type { Assembly } from '../../local/assembly/assembly.ts';
import guideTemplate from '../../local/lucca-simulator/guide-template.json' with { type: 'json' };
import type { ExecutionEvent, Json } from '../../local/states-language/index.ts';
import { createWorld, exportMachine, retriesOf, statesOf, type World } from '../support/workflow.ts';

const lastMonth = { templateId: 42, period: 'previousMonth' };
const minutes = 60_000;
const hours = 60 * minutes;

/** Another execution's lease, which lasts for some time yet. */
const othersLease = (world: World, milliseconds: number) => ({
  executionArn: 'arn:aws:states:eu-west-3:000000000000:execution:other:abroad',
  acquiredAt: world.clock.now() - hours,
  expiresAt: world.clock.now() + milliseconds,
});

test('an export has the lease while it runs, in its own name, and none afterwards', async () => {
  const world = await createWorld();
  let during: Awaited<ReturnType<World['leases']['all']>> = [];
  const started = world.clock.now();
  const result = await world.run(lastMonth, {
    name: 'monthly',
    onEvent: (event) => {
      if (event.type !== 'stateEntered' || event.state !== 'Store Files') return;
      void world.leases.all().then((leases) => (during = leases));
    },
  });
  expect(result.status).toBe('SUCCEEDED');
  expect(during).toEqual([
    {
      apiKeySecretArn: expect.stringContaining('/acme/api-key-') as string,
      executionArn: expect.stringMatching(/:execution:LuccaReportExport-acme-Export:monthly$/) as string,
      acquiredAt: started,
      expiresAt: started + 18 * hours + 3 * minutes,
    },
  ]);
  expect(await world.leases.all()).toEqual([]);
});

test('two exports at once wait for each other, and both succeed', async () => {
  const world = await createWorld();
  const results = await Promise.all([
    world.run(lastMonth),
    world.run({ templateId: 42, startsOn: '2026-01-01', endsOn: '2026-01-31' }),
  ]);
  expect(results.map(({ status }) => status)).toEqual(['SUCCEEDED', 'SUCCEEDED']);
  expect(world.lucca.supersededReports).toEqual([]);
  expect(await world.leases.all()).toEqual([]);
});

describe('the lease is given back by an export that fails', () => {
  test.each([
    ['before the report', { kind: 'status', on: 'createReport', status: 400 }],
    ['with the report', { kind: 'unknownStatus', on: 'createReport' }],
    ['while it stores the files', { kind: 'status', on: 'downloadCsv', status: 400 }],
  ] as const)('%s', async (_, fault) => {
    const world = await createWorld();
    world.lucca.addFault(fault);
    expect(await world.run(lastMonth)).toMatchObject({ status: 'FAILED' });
    expect(statesOf(world.events).slice(-6)).toEqual([
      'Release Lease',
      'Exported?',
      'Announce Failure',
      'Part Of Batch?',
      'Alert About Export',
      'Export Failed',
    ]);
    expect(await world.leases.all()).toEqual([]);
  });

  test('which leaves nothing to do for the release that its end sets off', async () => {
    const world = await createWorld();
    expect(await world.run({ ...lastMonth, templateId: 7 })).toMatchObject({ status: 'FAILED' });
    await world.engine.settled();
    expect(world.engine.events.at(-1)).toMatchObject({
      detail: {
        stateMachineArn: expect.stringMatching(/:stateMachine:LuccaReportExport-acme-Release$/) as string,
        status: 'SUCCEEDED',
      },
    });
  });
});

/** What becomes of another export that begins now, and how long it takes, in milliseconds. */
async function nextExport(world: World) {
  const started = world.clock.now();
  const next = await world.run(lastMonth, { name: 'next' });
  await world.engine.settled();
  return { next, waited: world.clock.now() - started };
}

/** A report that is never done, and neither a deadline nor a time-out that comes; without calling Lucca each time. */
function pollWithoutEnd(assembly: Assembly): void {
  const { definition } = exportMachine(assembly);
  definition.TimeoutSeconds *= 1000;
  const underLease = definition.States['Export Under Lease']!.Branches![0]!.States;
  const { Next } = underLease['Check Report']!;
  Object.assign(underLease, { 'Check Report': { Type: 'Pass', Output: { status: 'pending' }, Next } });
  // Nothing leads there any more.
  delete underLease['Time Left?'];
}

/** Asks for reports every 5 minutes. */
function askRarely(assembly: Assembly): void {
  const underLease = exportMachine(assembly).definition.States['Export Under Lease']!.Branches![0]!.States;
  Object.assign(underLease['Wait For Report']!, { Seconds: 300 });
}

/** Has a lease released as if its execution had ended. */
function forgeRelease(world: World, { executionArn }: { executionArn: string }) {
  const release = world.stateMachineArn.replace(/-Export$/, '-Release');
  return world.engine.run(release, { name: 'forged', input: { executionArn, stoppedAt: 9e15 } });
}

describe('an execution that can’t give its lease back', () => {
  test('because it was stopped has it released, once its function must have ended', async () => {
    const world = await createWorld();
    world.lucca.addFault({ kind: 'neverDone', on: 'createReport' });
    const stop = new AbortController();
    void world.clock.sleep(65_000).then(() => stop.abort());
    expect(await world.run(lastMonth, { signal: stop.signal })).toMatchObject({ status: 'ABORTED' });
    expect(await world.leases.all()).toHaveLength(1);
    const { next, waited } = await nextExport(world);
    expect(next.status).toBe('SUCCEEDED');
    expect(waited).toBeGreaterThan(3 * minutes);
    expect(waited).toBeLessThan(5 * minutes);
    expect(await world.leases.all()).toEqual([]);
  });

  test('because it was stopped at the very instant at which it got it has it released', async () => {
    const world = await createWorld();
    const stop = new AbortController();
    await world.run(lastMonth, {
      signal: stop.signal,
      onEvent: (event) => {
        if (event.type === 'stateEntered' && event.state === 'Export Under Lease') stop.abort();
      },
    });
    expect(await world.leases.all()).toMatchObject([{ acquiredAt: world.clock.now() }]);
    await world.engine.settled();
    expect(await world.leases.all()).toEqual([]);
  });

  test('because it timed out has it released', async () => {
    const world = await createWorld({
      change: ({ stateMachines }) => {
        for (const { definition } of stateMachines)
          Object.assign(definition as object, { TimeoutSeconds: 600 });
      },
    });
    world.lucca.addFault({ kind: 'neverDone', on: 'createReport' });
    expect(await world.run(lastMonth)).toMatchObject({ status: 'TIMED_OUT' });
    expect((await nextExport(world)).next.status).toBe('SUCCEEDED');
    expect(await world.leases.all()).toEqual([]);
  });

  test('because its history was full has it released', async () => {
    const world = await createWorld({ change: pollWithoutEnd });
    expect(await world.run(lastMonth)).toMatchObject({ status: 'FAILED', error: 'States.Runtime' });
    await world.engine.settled();
    expect(await world.leases.all()).toEqual([]);
  });

  test('because it was stopped has it released, however much there is to tell of it', async () => {
    const world = await createWorld();
    world.lucca.addFault({ kind: 'neverDone', on: 'createReport' });
    const stop = new AbortController();
    void world.clock.sleep(65_000).then(() => stop.abort());
    // Where Step Functions tells of an execution, each of these takes four bytes.
    const template = { ...(guideTemplate as unknown as Record<string, Json>), more: '"'.repeat(45_000) };
    const result = await world.run({ period: 'previousMonth', template }, { signal: stop.signal });
    expect(result).toMatchObject({ status: 'ABORTED' });
    await world.engine.settled();
    expect(await world.leases.all()).toEqual([]);
  });

  test('has it kept while it is running, whoever says that it has ended', async () => {
    const world = await createWorld();
    world.lucca.addFault({ kind: 'neverDone', on: 'createReport' });
    const stop = new AbortController();
    const running = world.run(lastMonth, { signal: stop.signal });
    await world.clock.sleep(65_000);
    const [lease] = await world.leases.all();
    expect(await forgeRelease(world, lease!)).toMatchObject({ status: 'SUCCEEDED' });
    expect(await world.leases.all()).toEqual([lease]);
    stop.abort();
    await running;
    await world.engine.settled();
    expect(await world.leases.all()).toEqual([]);
  });

  test('has it taken over by one that waits, when nobody hears of its end', async () => {
    const world = await createWorld({ change: (assembly) => void (assembly.rules.length = 0) });
    world.lucca.addFault({ kind: 'neverDone', on: 'createReport' });
    const stop = new AbortController();
    void world.clock.sleep(65_000).then(() => stop.abort());
    await world.run(lastMonth, { signal: stop.signal });
    expect(await world.leases.all()).toHaveLength(1);
    const { next, waited } = await nextExport(world);
    expect(next.status).toBe('SUCCEEDED');
    expect(statesOf(world.events)).toContain('Free Lease');
    expect(waited).toBeGreaterThan(30 * minutes);
    expect(waited).toBeLessThan(50 * minutes);
  });

  test('has it kept while its function may still run, whoever says that it ended before', async () => {
    const world = await createWorld();
    world.lucca.addFault({ kind: 'neverDone', on: 'createReport' });
    const stop = new AbortController();
    void world.clock.sleep(170_000).then(() => stop.abort());
    const running = world.run(lastMonth, { name: 'stopped', signal: stop.signal });
    await world.clock.sleep(1_000);
    const [lease] = await world.leases.all();
    await forgeRelease(world, lease!);
    expect(await running).toMatchObject({ status: 'ABORTED' });
    expect(await world.leases.all()).toEqual([lease]);
    await world.engine.settled();
    expect(await world.leases.all()).toEqual([]);
  });

  test('keeps it while it runs, however long others wait for it', async () => {
    const world = await createWorld({ change: askRarely });
    world.lucca.addFault({ kind: 'neverDone', on: 'createReport' });
    const running = world.run(lastMonth, { name: 'long' });
    await world.clock.sleep(1000);
    const waiting = world.run(lastMonth, { name: 'waiting' });
    expect(await running).toMatchObject({ error: 'ReportTimedOutError' });
    expect(await waiting).toMatchObject({ status: 'SUCCEEDED' });
    expect(statesOf(world.events)).toContain('Describe Holder');
    expect(statesOf(world.events)).not.toContain('Free Lease');
    expect(world.lucca.supersededReports).toMatchObject([{ supersededBy: 1002 }]);
  });

  test('keeps a lease that it has acquired since, being redriven', async () => {
    const world = await createWorld();
    world.lucca.addFault({ kind: 'neverDone', on: 'createReport' });
    const stop = new AbortController();
    void world.clock.sleep(65_000).then(() => stop.abort());
    await world.run(lastMonth, { signal: stop.signal });
    const [lease] = await world.leases.all();
    await world.leases.put({ ...lease!, acquiredAt: world.clock.now() + 2_000 });
    await world.engine.settled();
    expect(await world.leases.all()).toHaveLength(1);
  });

  test('loses it for good when nobody hears of its end, but not for ever', async () => {
    const world = await createWorld();
    await world.leases.put(othersLease(world, 3 * hours));
    const started = world.clock.now();
    expect(await world.run(lastMonth)).toMatchObject({ status: 'SUCCEEDED' });
    expect(world.clock.now() - started).toBeGreaterThan(3 * hours);
    expect(world.clock.now() - started).toBeLessThan(3 * hours + 2 * minutes);
  });
});

test('a redriven execution takes its own lease again', async () => {
  const world = await createWorld();
  const lease = othersLease(world, 5 * hours);
  const machine = world.stateMachineArn.replace(':stateMachine:', ':execution:');
  await world.leases.put({ ...lease, executionArn: `${machine}:redriven` });
  expect(await world.run(lastMonth, { name: 'redriven' })).toMatchObject({ status: 'SUCCEEDED' });
  expect(retriesOf(world.events, 'Acquire Lease')).toEqual([]);
});

/** ARN of an export that was stopped while it created a report. */
async function stoppedWhileCreating(world: World): Promise<string> {
  const stop = new AbortController();
  await world.run(lastMonth, {
    name: 'stopped',
    signal: stop.signal,
    onEvent: (event) => {
      if (event.type === 'taskStarted' && event.state === 'Create Report') stop.abort();
    },
  });
  return `${world.stateMachineArn.replace(':stateMachine:', ':execution:')}:stopped`;
}

describe('an export that is stopped while it creates a report, and redriven', () => {
  test('renews its lease first, when the function has ended that it had called', async () => {
    const world = await createWorld();
    const arn = await stoppedWhileCreating(world);
    const stoppedAt = world.clock.now();
    const redriven = world.engine.redrive(arn);
    await world.clock.sleep(3 * minutes);
    expect(world.lucca.reports.length).toBeLessThan(2);
    expect(await redriven).toMatchObject({ status: 'SUCCEEDED' });
    expect(world.clock.now() - stoppedAt).toBeLessThan(4 * minutes);
    expect(await world.leases.all()).toEqual([]);
  });

  test('leaves the report of another one alone that has begun meanwhile', async () => {
    const world = await createWorld({ generationSeconds: 1200 });
    const arn = await stoppedWhileCreating(world);
    await world.engine.settled();
    const other = world.run({ templateId: 42, startsOn: '2026-01-01', endsOn: '2026-01-31' });
    await world.clock.sleep(5 * minutes);
    expect(await world.engine.redrive(arn)).toMatchObject({
      status: 'FAILED',
      error: 'LeaseUnavailableError',
    });
    expect(await other).toMatchObject({ status: 'SUCCEEDED' });
    expect(world.lucca.reports.at(-1)!.period.startsOn.toString()).toBe('2026-01-01');
  });
});

describe('whoever has waited for long', () => {
  test('is next, before the other exports of a batch', async () => {
    const world = await createWorld({ generationSeconds: 1200, change: askRarely });
    const days = Array.from({ length: 8 }, (_, index) => `2026-09-0${index + 1}`);
    const exports = days.map((day) => ({ templateId: 42, startsOn: day, endsOn: day }));
    const batch = world.runBatch({ exports });
    await world.clock.sleep(60_000);
    const single = world.run({ templateId: 42, startsOn: '2026-10-01', endsOn: '2026-10-31' });
    expect(await Promise.all([batch, single])).toMatchObject([
      { status: 'SUCCEEDED' },
      { status: 'SUCCEEDED' },
    ]);
    const starts = world.lucca.reports.map(({ period }) => period.startsOn.toString());
    expect(starts.indexOf('2026-10-01')).toBeLessThanOrEqual(3);
    // Its turn is over, lest the batch wait for it.
    expect(await world.leases.turns()).toEqual([]);
  });

  test('has its turn for as long as it asks for it, and not longer', async () => {
    const world = await createWorld();
    await world.leases.put({ ...othersLease(world, hours) });
    const stop = new AbortController();
    const gone = world.run(lastMonth, { name: 'gone', signal: stop.signal });
    await world.clock.sleep(50 * minutes);
    expect(await world.leases.turns()).toHaveLength(1);
    stop.abort();
    expect(await gone).toMatchObject({ status: 'ABORTED' });
    // Whoever was next is gone, and so is, soon, whoever had the lease.
    const { waited } = await nextExport(world);
    expect(waited).toBeGreaterThan(10 * minutes);
    expect(waited).toBeLessThan(40 * minutes);
  });
});

describe('LeaseUnavailableError', () => {
  test('names the execution that has the lease, after 12 hours at most', async () => {
    const world = await createWorld();
    const lease = othersLease(world, 20 * hours);
    await world.leases.put(lease);
    const started = world.clock.now();
    const result = await world.run(lastMonth, { random: () => 0.999_999 });
    expect(result).toMatchObject({
      status: 'FAILED',
      error: 'LeaseUnavailableError',
      cause: expect.stringMatching(
        /execution:other:abroad has had the lease since 2026-11-02T04:00:00.000Z: .* start this export again/,
      ) as string,
    });
    const waited = world.clock.now() - started;
    // It doesn't begin a round of waiting that may take longer.
    expect(waited).toBeGreaterThan(11.5 * hours);
    expect(waited).toBeLessThanOrEqual(12 * hours);
    // Twice as many on average, as it tries twice as often: the rest of 25,000 is for polling.
    expect(2 * result.historyEvents).toBeLessThan(0.4 * 25_000);
    expect(world.lucca.requests).toEqual([]);
    expect((await world.leases.all()).map(({ executionArn }) => executionArn)).toEqual([lease.executionArn]);
  });

  test('is what an execution meets that lost its lease while it was stopped', async () => {
    const world = await createWorld();
    world.lucca.addFault({ kind: 'expired', on: 'checkReport' });
    let pauseEnds = 0;
    const result = await world.run(lastMonth, {
      onEvent: (event) => {
        if (event.type !== 'waitStarted' || event.state !== 'Pause Before Recreation') return;
        pauseEnds = event.at + event.seconds * 1000;
        void world.leases.put(othersLease(world, hours));
      },
    });
    expect(result).toMatchObject({
      error: 'LeaseUnavailableError',
      cause: expect.stringContaining('stopped') as string,
    });
    // At once: neither renewing nor releasing what others have is tried again.
    expect(world.clock.now()).toBe(pauseEnds);
    expect(world.lucca.reports).toHaveLength(1);
    expect(await world.leases.all()).toMatchObject([{ executionArn: othersLease(world, 0).executionArn }]);
  });
});

describe('when DynamoDB fails', () => {
  const failure = { status: 500, code: 'InternalServerError' };

  test('for a while, the export goes on', async () => {
    const world = await createWorld();
    const failNext = (times: number) => world.engine.dynamoDb.failNext('UpdateItem', { ...failure, times });
    failNext(7);
    const onEvent = (event: ExecutionEvent) => {
      if (event.type === 'stateEntered' && event.state === 'Release Lease') failNext(20);
    };
    expect(await world.run(lastMonth, { onEvent })).toMatchObject({ status: 'SUCCEEDED' });
    expect(await world.leases.all()).toEqual([]);
  });

  test('for long before the report, the export fails with its error, and calls nobody', async () => {
    const world = await createWorld();
    world.engine.dynamoDb.failNext('UpdateItem', { ...failure, times: 1000 });
    expect(await world.run(lastMonth)).toMatchObject({
      status: 'FAILED',
      error: 'DynamoDB.InternalServerError',
    });
    expect(world.lucca.requests).toEqual([]);
  });

  test('for long after the manifest, the export succeeds all the same, after 50 minutes', async () => {
    const world = await createWorld();
    let stored = 0;
    const onEvent = (event: ExecutionEvent) => {
      if (event.type !== 'stateEntered' || event.state !== 'Release Lease') return;
      stored = event.at;
      world.engine.dynamoDb.failNext('UpdateItem', { ...failure, times: 1000 });
    };
    const result = await world.run(lastMonth, { random: () => 0.999_999, onEvent });
    expect(result).toMatchObject({ status: 'SUCCEEDED' });
    expect((world.clock.now() - stored) / minutes).toBeCloseTo(50, 0);
    expect(await world.leases.all()).toHaveLength(1);
  });
});
