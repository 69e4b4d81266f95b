import { expect, test } from 'vitest';
import type { Message } from '../../local/aws/step-functions/integrations/integration.ts';
import { type Json, TaskFailure } from '../../local/states-language/index.ts';
import { createWorld, type World } from '../support/workflow.ts';

/** Delivers an occurrence of a schedule as EventBridge Scheduler does. */
function deliver(world: World, schedule: string, scheduledTime: string, attempt = 1) {
  const found = world.schedules.find(({ input }) => input.includes(`"schedule":"${schedule}"`))!;
  const input = JSON.parse(found.input.replaceAll('<aws.scheduler.scheduled-time>', scheduledTime)) as Json;
  return world.engine.run(found.targetArn, { name: `${scheduledTime}-${attempt}`, input });
}

/** Dates of all reports that Lucca was asked for. */
const asked = (world: World) =>
  world.lucca.reports.map(({ period }) => `${period.startsOn.toString()} to ${period.endsOn.toString()}`);

test('a schedule exports the period that was meant, however late it is delivered', async () => {
  const world = await createWorld();
  // It is November in Paris already, but was October when the schedule should have been delivered.
  await deliver(world, 'monthly', '2026-10-31T21:30:00Z');
  await world.engine.settled();
  expect(asked(world)).toEqual(['2026-09-01 to 2026-09-30']);
  const event = world.engine.events.find(({ source }) => source === 'lucca-report-export');
  expect(event).toMatchObject({
    'detail-type': 'Report Exported',
    detail: {
      execution: expect.stringMatching(/:monthly-2026-10-31T21-30-00Z$/) as string,
      schedule: 'monthly',
    },
  });
});

test('several exports of a schedule are made in order', async () => {
  const world = await createWorld();
  await deliver(world, 'both', '2026-11-02T05:00:00Z');
  await world.engine.settled();
  expect(asked(world)).toEqual(['2026-10-26 to 2026-11-01', '2026-10-19 to 2026-10-25']);
  const batch = 'both-2026-11-02T05-00-00Z';
  const events = world.engine.events.filter(({ source }) => source === 'lucca-report-export');
  expect(events.map(({ detail }) => detail)).toMatchObject([
    { schedule: 'both', batch },
    { schedule: 'both', batch },
    { schedule: 'both', batch: null, exported: 2 },
  ]);
});

test.each([
  ['at once', 0],
  ['an hour later', 3_600_000],
])('a second delivery of the same occurrence exports nothing: %s', async (_, pause) => {
  const world = await createWorld();
  const deliveries = [
    deliver(world, 'monthly', '2026-11-02T05:00:00Z', 1),
    world.clock.sleep(pause).then(() => deliver(world, 'monthly', '2026-11-02T05:00:00Z', 2)),
  ];
  expect((await Promise.all(deliveries)).map(({ status }) => status)).toEqual(['SUCCEEDED', 'SUCCEEDED']);
  await world.engine.settled();
  expect(asked(world)).toEqual(['2026-10-01 to 2026-10-31']);
  await deliver(world, 'monthly', '2026-12-02T05:00:00Z');
  await world.engine.settled();
  expect(asked(world)).toEqual(['2026-10-01 to 2026-10-31', '2026-11-01 to 2026-11-30']);
});

test('an occurrence that can’t be started is kept, as what it can be started with by hand', async () => {
  let isAway = true;
  const world = await createWorld({
    around: async (task, { resource }) => {
      if (isAway && resource.endsWith(':sfn:startExecution'))
        throw new TaskFailure('Sfn.SfnException', 'away');
      return task();
    },
  });
  expect(await deliver(world, 'monthly', '2026-11-02T05:00:00Z')).toMatchObject({
    status: 'FAILED',
    error: 'Sfn.SfnException',
    cause: 'away',
  });
  const [{ queueUrl, body }] = world.engine.messages as [Message];
  expect(queueUrl).toMatch(/Undelivered/);
  isAway = false;
  const start = world.schedules.find(({ input }) => input.includes('"schedule":"monthly"'))!.targetArn;
  await world.engine.run(start, { name: 'by-hand', input: JSON.parse(body) as Json });
  await world.engine.settled();
  expect(asked(world)).toEqual(['2026-10-01 to 2026-10-31']);
});
