import { describe, expect, test } from 'vitest';
import type { VirtualClock } from '../../../local/clock.ts';
import type { Json, TaskCall } from '../../../local/states-language/index.ts';
import { fail, FUNCTION, machine, run } from './support.ts';

const retrying = (Retry: object[], fields: object = {}) =>
  machine({
    Work: { Type: 'Task', Resource: FUNCTION, Retry, Next: 'Done', ...fields },
    Done: { Type: 'Succeed' },
  });

/** A task that fails with these errors, one after the other, and then succeeds. */
const failing =
  (...errors: string[]) =>
  (_: TaskCall, __: VirtualClock, attempt: number): Json => {
    const error = errors[attempt];
    return error === undefined ? 'done' : fail(error);
  };
const always = (error: string) => (): never => fail(error);

const waits = (calls: { second: number }[]) =>
  calls.slice(1).map((call, index) => call.second - calls[index]!.second);

describe('when', () => {
  // 'IntervalSeconds … (1 by default)', 'MaxAttempts … (3 by default)', 'BackoffRate … by 2.0'
  test('by default, three times, after 1, 2 and 4 seconds', async () => {
    const { result, calls } = await run(retrying([{ ErrorEquals: ['Broken'] }]), { task: always('Broken') });
    expect(waits(calls)).toEqual([1, 2, 4]);
    expect(result).toMatchObject({ status: 'FAILED', error: 'Broken' });
  });

  test('as soon as an attempt succeeds, the execution goes on', async () => {
    const { result, calls, seconds } = await run(retrying([{ ErrorEquals: ['Broken'] }]), {
      task: failing('Broken', 'Broken'),
    });
    expect(calls).toHaveLength(3);
    expect(result).toMatchObject({ status: 'SUCCEEDED', output: 'done' });
    expect(seconds).toBe(3);
  });

  // 'The first retry attempt takes place three seconds after the error occurs. The second retry takes place six
  // seconds after the first retry attempt. While the third retry takes place 12 seconds after the second'
  test('the interval grows by BackoffRate', async () => {
    const Retry = [{ ErrorEquals: ['Broken'], IntervalSeconds: 3, MaxAttempts: 3, BackoffRate: 2 }];
    const { calls } = await run(retrying(Retry), { task: always('Broken') });
    expect(waits(calls)).toEqual([3, 6, 12]);
  });

  test.each([
    [1, [5, 5, 5, 5]],
    [1.5, [8, 12, 18, 27]],
    [3, [1, 3, 9, 27]],
  ])('BackoffRate %d: waits of %j', async (BackoffRate, expected) => {
    const Retry = [{ ErrorEquals: ['Broken'], IntervalSeconds: expected[0], MaxAttempts: 4, BackoffRate }];
    const { calls } = await run(retrying(Retry), { task: always('Broken') });
    expect(waits(calls)).toEqual(expected);
  });

  test('the interval counts from the failure, not from the start of the attempt', async () => {
    const { calls } = await run(
      retrying([{ ErrorEquals: ['Broken'], IntervalSeconds: 10, MaxAttempts: 1 }]),
      {
        task: async (_, clock) => {
          await clock.sleep(25_000);
          return fail('Broken');
        },
      },
    );
    expect(calls.map(({ second }) => second)).toEqual([0, 35]);
  });

  // 'the second retry … take place after waiting for five seconds … because of the maximum wait time limit'
  test('MaxDelaySeconds limits the interval', async () => {
    const Retry = [
      { ErrorEquals: ['Broken'], IntervalSeconds: 3, MaxAttempts: 5, BackoffRate: 2, MaxDelaySeconds: 5 },
    ];
    const { calls } = await run(retrying(Retry), { task: always('Broken') });
    expect(waits(calls)).toEqual([3, 5, 5, 5, 5]);
  });

  test('a day of retries passes in an instant', async () => {
    const Retry = [
      {
        ErrorEquals: ['Broken'],
        IntervalSeconds: 60,
        MaxAttempts: 100,
        BackoffRate: 2,
        MaxDelaySeconds: 900,
      },
    ];
    const { calls, seconds } = await run(retrying(Retry), { task: always('Broken') });
    expect(calls).toHaveLength(101);
    expect(seconds).toBe(60 + 120 + 240 + 480 + 96 * 900);
  });

  test('MaxAttempts 0 never retries', async () => {
    const { result, calls } = await run(retrying([{ ErrorEquals: ['Broken'], MaxAttempts: 0 }]), {
      task: always('Broken'),
    });
    expect(calls).toHaveLength(1);
    expect(result).toMatchObject({ status: 'FAILED', error: 'Broken' });
  });

  test('each retry is an event with its error, its number and its delay', async () => {
    const { events } = await run(retrying([{ ErrorEquals: ['Broken'], IntervalSeconds: 3 }]), {
      task: failing('Broken', 'Broken'),
    });
    expect(events.filter((event) => event.type === 'retryScheduled')).toMatchObject([
      { state: 'Work', error: 'Broken', attempt: 1, delaySeconds: 3 },
      { state: 'Work', error: 'Broken', attempt: 2, delaySeconds: 6 },
    ]);
  });

  test('a retried state is not entered again', async () => {
    const { events } = await run(retrying([{ ErrorEquals: ['Broken'] }]), { task: failing('Broken') });
    const entered = events.flatMap((event) => (event.type === 'stateEntered' ? [event.state] : []));
    expect(entered).toEqual(['Work', 'Done']);
  });
});

const jittered = (fields: object = {}) =>
  retrying([
    {
      ErrorEquals: ['Broken'],
      IntervalSeconds: 2,
      MaxAttempts: 3,
      BackoffRate: 2,
      JitterStrategy: 'FULL',
      ...fields,
    },
  ]);

describe('JitterStrategy', () => {
  // 'the first retry interval is randomized between 0 and 2 seconds, the second … between 0 and 4 seconds, and the
  // third … between 0 and 8 seconds'
  test.each([
    [0, [0, 0, 0]],
    [0.5, [1, 2, 4]],
  ])('FULL waits a random part of the interval: random number %d, waits of %j', async (number, expected) => {
    const { calls } = await run(jittered(), { task: always('Broken'), random: () => number });
    expect(waits(calls)).toEqual(expected);
  });

  test('FULL never waits longer than the interval, nor than MaxDelaySeconds', async () => {
    for (const [definition, limits] of [
      [jittered(), [2, 4, 8]],
      [jittered({ MaxDelaySeconds: 3 }), [2, 3, 3]],
    ] as const) {
      const { calls } = await run(definition, { task: always('Broken'), random: () => 1 - Number.EPSILON });
      waits(calls).forEach((wait, index) => {
        expect(wait).toBeLessThanOrEqual(limits[index]!);
        expect(wait).toBeGreaterThan(limits[index]! - 1.001);
      });
    }
  });

  test('FULL draws anew for each retry', async () => {
    const numbers = [0.75, 0.25, 0.5];
    const { calls } = await run(jittered({ IntervalSeconds: 4 }), {
      task: always('Broken'),
      random: () => numbers.shift() ?? 0,
    });
    expect(waits(calls)).toEqual([3, 2, 8]);
  });

  test.each([{ JitterStrategy: 'NONE' }, { JitterStrategy: undefined }])(
    'without it, the interval is exact: %j',
    async (fields) => {
      const definition = JSON.parse(JSON.stringify(jittered(fields)));
      const { calls } = await run(definition, { task: always('Broken'), random: () => 0.1 });
      expect(waits(calls)).toEqual([2, 4, 8]);
    },
  );
});

describe('which errors', () => {
  test('an error that no retrier names is not retried', async () => {
    const { result, calls } = await run(retrying([{ ErrorEquals: ['Other'] }]), { task: always('Broken') });
    expect(calls).toHaveLength(1);
    expect(result).toMatchObject({ status: 'FAILED', error: 'Broken' });
  });

  test('error names match exactly, in their case', async () => {
    const { calls } = await run(retrying([{ ErrorEquals: ['broken', 'Brok', 'Broken '] }]), {
      task: always('Broken'),
    });
    expect(calls).toHaveLength(1);
  });

  test('a retrier can name several errors, which share its attempts', async () => {
    const { calls } = await run(retrying([{ ErrorEquals: ['ErrorA', 'ErrorB'], MaxAttempts: 2 }]), {
      task: failing('ErrorA', 'ErrorB', 'ErrorA'),
    });
    expect(waits(calls)).toEqual([1, 2]);
  });

  // 'This task fails four times in succession, outputting these error names: ErrorA, ErrorB, ErrorC, and ErrorB.'
  test('each retrier counts its own attempts and backs off on its own', async () => {
    const definition = retrying(
      [
        { ErrorEquals: ['ErrorA', 'ErrorB'], IntervalSeconds: 1, BackoffRate: 2, MaxAttempts: 2 },
        { ErrorEquals: ['ErrorC'], IntervalSeconds: 5 },
      ],
      {
        Catch: [
          {
            ErrorEquals: ['States.ALL'],
            Output: { caught: '{% $states.errorOutput.Error %}' },
            Next: 'Done',
          },
        ],
      },
    );
    const { result, calls } = await run(definition, {
      task: failing('ErrorA', 'ErrorB', 'ErrorC', 'ErrorB'),
    });
    expect(waits(calls)).toEqual([1, 2, 5]);
    expect(result).toMatchObject({ status: 'SUCCEEDED', output: { caught: 'ErrorB' } });
  });

  test('the first retrier that names the error counts; exhausted, it does not pass on to the next', async () => {
    const definition = retrying([
      { ErrorEquals: ['Broken'], IntervalSeconds: 7, MaxAttempts: 1 },
      { ErrorEquals: ['States.ALL'], IntervalSeconds: 100 },
    ]);
    const { result, calls } = await run(definition, { task: always('Broken') });
    expect(waits(calls)).toEqual([7]);
    expect(result).toMatchObject({ status: 'FAILED', error: 'Broken' });
  });

  test('States.ALL matches any error', async () => {
    const { result } = await run(retrying([{ ErrorEquals: ['States.ALL'] }]), {
      task: failing('Broken', 'Lambda.TooManyRequestsException', 'States.Permissions'),
    });
    expect(result).toMatchObject({ status: 'SUCCEEDED' });
  });

  // 'The following example of a Retry field retries any error except States.Timeout.'
  const exceptTimeouts = retrying(
    [{ ErrorEquals: ['States.Timeout'], MaxAttempts: 0 }, { ErrorEquals: ['States.ALL'] }],
    { TimeoutSeconds: 5 },
  );

  test('MaxAttempts 0 in front of States.ALL excludes an error', async () => {
    const { calls } = await run(exceptTimeouts, {
      task: async (call, clock, attempt) => {
        if (attempt === 0) fail('Broken');
        await clock.sleep(10_000, call.signal);
        return null;
      },
    });
    expect(calls.map(({ second }) => second)).toEqual([0, 1]);
  });

  // 'States.TaskFailed acts as a wildcard that matches any known error name except for States.Timeout.'
  test('States.TaskFailed matches any error of a task', async () => {
    const { result } = await run(retrying([{ ErrorEquals: ['States.TaskFailed'] }]), {
      task: failing('Broken', 'Lambda.ServiceException', 'States.TaskFailed'),
    });
    expect(result).toMatchObject({ status: 'SUCCEEDED' });
  });

  test('States.TaskFailed does not match States.Timeout', async () => {
    const { result, calls } = await run(
      retrying([{ ErrorEquals: ['States.TaskFailed'] }], { TimeoutSeconds: 5 }),
      {
        task: async (call, clock) => {
          await clock.sleep(10_000, call.signal);
          return null;
        },
      },
    );
    expect(calls).toHaveLength(1);
    expect(result).toMatchObject({ error: 'States.Timeout' });
  });

  // 'A States.Runtime error isn't retriable … A retry or catch on States.ALL won't catch States.Runtime errors.'
  test.each(['States.Runtime', 'States.DataLimitExceeded'])('States.ALL does not match %s', async (error) => {
    const { result, calls } = await run(retrying([{ ErrorEquals: ['States.ALL'] }]), { task: always(error) });
    expect(calls).toHaveLength(1);
    expect(result).toMatchObject({ status: 'FAILED', error });
  });

  // 'Your Task, Map, and Parallel states can provide … a Retry field to retry on the error.'
  test('a query evaluation error can be retried', async () => {
    const definition = retrying([{ ErrorEquals: ['States.QueryEvaluationError'], MaxAttempts: 2 }], {
      Output: '{% $states.result.rows %}',
    });
    const { result, calls } = await run(definition, {
      task: (_, __, attempt) => (attempt < 2 ? {} : { rows: 3 }),
    });
    expect(waits(calls)).toEqual([1, 2]);
    expect(result).toMatchObject({ status: 'SUCCEEDED', output: 3 });
  });
});

const branches = (Retry: object[]) =>
  machine({
    Both: {
      Type: 'Parallel',
      Branches: ['Left', 'Right'].map((name) => ({
        StartAt: name,
        States: { [name]: { Type: 'Task', Resource: FUNCTION, End: true } },
      })),
      Retry,
      End: true,
    },
  });

describe('Retry among the other fields', () => {
  test('Catch comes after all retries', async () => {
    const definition = retrying([{ ErrorEquals: ['Broken'] }], {
      Catch: [
        { ErrorEquals: ['Broken'], Output: { caught: '{% $states.errorOutput.Error %}' }, Next: 'Done' },
      ],
    });
    const { result, calls, seconds } = await run(definition, { task: always('Broken') });
    expect(calls).toHaveLength(4);
    expect(seconds).toBe(7);
    expect(result).toMatchObject({ status: 'SUCCEEDED', output: { caught: 'Broken' } });
  });

  test('a retry that succeeds is not caught', async () => {
    const definition = retrying([{ ErrorEquals: ['Broken'] }], {
      Catch: [
        { ErrorEquals: ['States.ALL'], Output: { caught: '{% $states.errorOutput.Error %}' }, Next: 'Done' },
      ],
    });
    const { result } = await run(definition, { task: failing('Broken') });
    expect(result).toMatchObject({ status: 'SUCCEEDED', output: 'done' });
  });

  test('each attempt evaluates Arguments anew', async () => {
    const definition = retrying([{ ErrorEquals: ['Broken'] }], { Arguments: '{% $millis() %}' });
    const { calls } = await run(definition, { task: failing('Broken', 'Broken') });
    const [first] = calls.map((call) => call.arguments as number);
    expect(calls.map((call) => (call.arguments as number) - first!)).toEqual([0, 1000, 3000]);
  });

  // 'once the interpreter transitions to another state in any way, all the Retrier parameters reset'
  test('a state that is entered again has all its attempts again', async () => {
    const definition = machine({
      Start: { Type: 'Pass', Assign: { round: 0 }, Next: 'Work' },
      Work: {
        Type: 'Task',
        Resource: FUNCTION,
        Retry: [{ ErrorEquals: ['Broken'], MaxAttempts: 2 }],
        Assign: { round: '{% $round + 1 %}' },
        Next: 'Again',
      },
      Again: { Type: 'Choice', Choices: [{ Condition: '{% $round < 2 %}', Next: 'Work' }], Default: 'Done' },
      Done: { Type: 'Succeed' },
    });
    const { result, calls } = await run(definition, {
      task: (_, __, attempt) => (attempt % 3 === 2 ? null : fail('Broken')),
    });
    expect(result.status).toBe('SUCCEEDED');
    expect(waits(calls)).toEqual([1, 2, 0, 1, 2]);
  });

  test('a retried Parallel enters all its branches again', async () => {
    const { result, calls } = await run(branches([{ ErrorEquals: ['Broken'], IntervalSeconds: 10 }]), {
      task: async (call, clock, attempt) => {
        if (call.state === 'Right' && attempt < 2) {
          await clock.sleep(1000, call.signal);
          fail('Broken');
        }
        return `${call.state} ${attempt}`;
      },
    });
    expect(calls.map(({ state, second }) => [state, second])).toEqual([
      ['Left', 0],
      ['Right', 0],
      ['Left', 11],
      ['Right', 11],
    ]);
    expect(result).toMatchObject({ status: 'SUCCEEDED', output: ['Left 2', 'Right 3'] });
  });

  // 'the retry policy applies to all three Map state iterations instead of only the failed iteration'
  test('a retried Map processes all its items again', async () => {
    const definition = machine({
      Each: {
        Type: 'Map',
        MaxConcurrency: 1,
        ItemProcessor: { StartAt: 'Work', States: { Work: { Type: 'Task', Resource: FUNCTION, End: true } } },
        Retry: [{ ErrorEquals: ['Broken'] }],
        End: true,
      },
    });
    const { calls } = await run(definition, {
      input: ['a', 'b'],
      task: (call, _, attempt) => (attempt === 1 ? fail('Broken') : call.arguments),
    });
    expect(calls.map((call) => call.arguments)).toEqual(['a', 'b', 'a', 'b']);
  });

  test('a retry inside a branch stays inside', async () => {
    const definition = machine({
      Both: {
        Type: 'Parallel',
        Branches: [
          {
            StartAt: 'Work',
            States: {
              Work: { Type: 'Task', Resource: FUNCTION, Retry: [{ ErrorEquals: ['Broken'] }], End: true },
            },
          },
          { StartAt: 'Other', States: { Other: { Type: 'Pass', Output: 'other', End: true } } },
        ],
        End: true,
      },
    });
    const { result, events } = await run(definition, { task: failing('Broken') });
    expect(result).toMatchObject({ output: ['done', 'other'] });
    expect(events.filter((event) => event.type === 'stateEntered' && event.state === 'Other')).toHaveLength(
      1,
    );
  });
});
