import { describe, expect, test } from 'vitest';
import type { AroundTask } from '../../local/aws/step-functions/step-functions.ts';
import { type Json, TaskFailure } from '../../local/states-language/index.ts';
import { alarms, alarmsSetOff, type Datapoint } from '../support/cloud-watch.ts';
import { createWorld, type World } from '../support/workflow.ts';

const lastMonth = { templateId: 42, period: 'previousMonth' };
const day = 24 * 3600;

/** What Step Functions, Lambda and SQS publish of what happened, by AWS's documentation of their metrics. */
function published(world: World): Datapoint[] {
  const { events, engine } = world;
  const ends = { SUCCEEDED: 'Succeeded', FAILED: 'Failed', TIMED_OUT: 'TimedOut', ABORTED: 'Aborted' };
  return [
    ...engine.executions().map(({ stateMachineArn, result, stoppedAt }) => ({
      Namespace: 'AWS/States',
      MetricName: `Executions${ends[result!.status]}`,
      Dimensions: [{ Name: 'StateMachineArn', Value: stateMachineArn }],
      at: stoppedAt!,
      value: 1,
    })),
    ...events.flatMap((event) => (event.type === 'taskStarted' ? callsOf(world, event) : [])),
    ...engine.messages.map(({ queueUrl }) => ({
      Namespace: 'AWS/SQS',
      MetricName: 'ApproximateNumberOfMessagesVisible',
      Dimensions: [{ Name: 'QueueName', Value: queueUrl.split('/').at(-1)! }],
      at: world.clock.now(),
      value: engine.messages.length,
    })),
  ];
}

/** Of one call of a function: how long it took, or that it was throttled. */
function callsOf({ events }: World, started: { state: string; resource: string; at: number }): Datapoint[] {
  const [, name] = /:function:(.*)$/.exec(started.resource) ?? [];
  const end = events.find(
    (event) =>
      ['taskSucceeded', 'taskFailed'].includes(event.type) &&
      event.state === started.state &&
      event.at >= started.at,
  );
  if (name === undefined || end === undefined) return [];
  const isThrottled = 'error' in end && end.error === 'Lambda.TooManyRequestsException';
  return [
    {
      Namespace: 'AWS/Lambda',
      MetricName: isThrottled ? 'Throttles' : 'Duration',
      Dimensions: [{ Name: 'FunctionName', Value: name }],
      at: end.at,
      value: isThrottled ? 1 : end.at - started.at,
    },
  ];
}

/** Lets a day pass in which a few exports are made, and tells which alarms went off. */
async function alarmsOfDay(
  happenings: (world: World) => Promise<unknown>,
  options: { around?: AroundTask } = {},
): Promise<{ setOff: string[]; world: World }> {
  const world = await createWorld(options);
  await world.run(lastMonth);
  await happenings(world);
  await world.engine.settled();
  await world.clock.sleep(day * 1000);
  return { setOff: Object.keys(await alarmsSetOff(published(world))), world };
}

test('each alarm says what it means and what to do, and tells those who are configured', async () => {
  for (const { AlarmName, AlarmDescription, AlarmActions } of await alarms()) {
    expect(AlarmName).toMatch(/^LuccaReportExport-/);
    expect(AlarmDescription).toMatch(/\. What to do: docs\/runbook\.md#[a-z-]+$/);
    expect(AlarmActions).toEqual([expect.stringMatching(/^arn:aws:sns:.*AlertTopic/)]);
  }
});

test('values may come ten minutes late: one alarm looks at three periods, the one that needs three at four', async () => {
  for (const { AlarmName, DatapointsToAlarm, EvaluationPeriods } of await alarms()) {
    const expected = AlarmName.endsWith('-throttled') ? [3, 4] : [1, 3];
    expect([DatapointsToAlarm, EvaluationPeriods]).toEqual(expected);
  }
});

describe('an alarm goes off', () => {
  test('for nothing on a day on which everything succeeds', async () => {
    const { setOff } = await alarmsOfDay((world) =>
      world.runBatch({ exports: [{ ...lastMonth, formats: ['excel'] }] }),
    );
    expect(setOff).toEqual([]);
  });

  test('for an export that fails', async () => {
    const { setOff } = await alarmsOfDay((world) => world.run({ ...lastMonth, templateId: 7 }));
    expect(setOff).toEqual(['LuccaReportExport-acme-Export-failed']);
  });

  test('for one that is stopped', async () => {
    const { setOff } = await alarmsOfDay((world) => world.run(lastMonth, { signal: AbortSignal.abort() }));
    expect(setOff).toEqual(['LuccaReportExport-acme-Export-failed']);
  });

  test('for a batch that is refused', async () => {
    const { setOff } = await alarmsOfDay((world) => world.runBatch({ exports: [] }));
    expect(setOff).toEqual(['LuccaReportExport-acme-Batch-failed']);
  });

  test('for an occurrence of a schedule that can’t be started, and for the dead letter', async () => {
    const { setOff } = await alarmsOfDay(deliver, { around: refusedStarts });
    expect(setOff.toSorted()).toEqual([
      'LuccaReportExport-acme-Start-failed',
      'LuccaReportExport-undelivered',
    ]);
  });

  test.each([
    [4, []],
    [21, ['LuccaReportExport-acme-throttled']],
  ])('for functions that are throttled for a quarter of an hour: %i minutes', async (minutes, expected) => {
    const world = await disturbedWorld(({ clock }) => {
      const until = clock.now() + minutes * 60_000;
      return async (task, { state }) => {
        if (state !== 'Check Report' || clock.now() >= until) return task();
        throw new TaskFailure('Lambda.TooManyRequestsException', 'Rate Exceeded.');
      };
    });
    await world.run(lastMonth);
    expect(Object.keys(await alarmsSetOff(published(world)))).toEqual(expected);
  });

  test('for a function that takes almost as long as it may', async () => {
    const world = await disturbedWorld(({ clock }) => async (task, { state }) => {
      if (state === 'Check Report') await clock.sleep(170_000);
      return task();
    });
    await world.run(lastMonth);
    expect(Object.keys(await alarmsSetOff(published(world)))).toEqual(['LuccaReportExport-acme-overrun']);
  });
});

async function disturbedWorld(disturb: (world: World) => AroundTask): Promise<World> {
  let around: AroundTask | undefined;
  const world = await createWorld({ around: (task, ...call) => (around ?? asItIs)(task, ...call) });
  around = disturb(world);
  return world;
}

const asItIs: AroundTask = (task) => task();

describe('people are told', () => {
  test('why an export failed, what it was of, where to look and what to do', async () => {
    const world = await createWorld();
    await world.run({ ...lastMonth, templateId: 7, schedule: 'monthly' }, { name: 'monthly-1' });
    const execution =
      'arn:aws:states:eu-west-3:000000000000:execution:LuccaReportExport-acme-Export:monthly-1';
    expect(world.engine.notifications).toEqual([
      {
        topicArn: expect.stringMatching(/^arn:aws:sns:.*AlertTopic/) as string,
        subject: 'Lucca export failed: acme',
        message: expect.stringMatching(/^The export/) as string,
      },
    ]);
    expect(world.engine.notifications[0]!.message.split('\n')).toEqual([
      'The export of the Lucca tenant acme failed.',
      '',
      'Template: 7',
      'Period: 2026-10-01 to 2026-10-31',
      'Schedule: monthly',
      'Scheduled time: 2026-11-02T05:00:00.000Z',
      'Error: TemplateNotFoundError',
      '',
      expect.stringMatching(/^POST .* answered 404/),
      '',
      `Look at it: https://eu-west-3.console.aws.amazon.com/states/home?region=eu-west-3#/v2/executions/details/${execution}`,
      'What to do: docs/runbook.md#templatenotfounderror',
      '',
    ]);
  });

  test('of a batch once, not of each of its exports', async () => {
    const world = await createWorld();
    await world.runBatch({ exports: [lastMonth, { ...lastMonth, templateId: 7 }] });
    expect(world.engine.notifications.map(({ subject }) => subject)).toEqual(['Lucca batch failed: acme']);
    expect(world.engine.notifications[0]!.message).toMatch(
      /\nExported: 1\nFailed: 1\nError: BatchFailedError\n\n1 of 2 exports failed:/,
    );
  });

  test('of an occurrence that was not started', async () => {
    const world = await createWorld({ around: refusedStarts });
    await deliver(world);
    expect(world.engine.notifications.map(({ message }) => message)).toEqual([
      expect.stringMatching(
        /^An occurrence .*\n\nSchedule: monthly\nScheduled time: 2026-11-02T05:00:00Z\nError: Sfn\.AccessDeniedException\n\nno\n[\s\S]*#errors-of-aws\n$/,
      ),
    ]);
  });

  test('of nothing that succeeds, and nothing else ends otherwise when they can’t be', async () => {
    const world = await createWorld({
      around: async (task, { resource }) => {
        if (resource.endsWith(':sns:publish')) throw new TaskFailure('SNS.AmazonSNSException', 'away');
        return task();
      },
    });
    expect(await world.run(lastMonth)).toMatchObject({ status: 'SUCCEEDED' });
    expect(await world.run({ ...lastMonth, templateId: 7 })).toMatchObject({
      error: 'TemplateNotFoundError',
    });
    expect(await world.runBatch({ exports: [] })).toMatchObject({ error: 'InvalidRequestError' });
    expect(world.engine.notifications).toEqual([]);
  });
});

const refusedStarts: AroundTask = async (task, { resource }) => {
  if (resource.endsWith(':sfn:startExecution')) throw new TaskFailure('Sfn.AccessDeniedException', 'no');
  return task();
};

function deliver(world: World) {
  const { targetArn, input } = world.schedules.find((schedule) => schedule.input.includes('"monthly"'))!;
  const occurrence = JSON.parse(
    input.replaceAll('<aws.scheduler.scheduled-time>', '2026-11-02T05:00:00Z'),
  ) as Json;
  return world.engine.run(targetArn, { name: 'occurrence', input: occurrence });
}
