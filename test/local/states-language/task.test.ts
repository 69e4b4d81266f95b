import { describe, expect, test } from 'vitest';
import type { TaskCall } from '../../../local/states-language/index.ts';
import { VirtualClock } from '../../../local/clock.ts';
import { fail, FUNCTION, machine, outputOf, run } from './support.ts';

const task = (fields: object = {}) =>
  machine({ Work: { Type: 'Task', Resource: FUNCTION, End: true, ...fields } });
const taking = (seconds: number) => async (call: TaskCall, clock: VirtualClock) => {
  await clock.sleep(seconds * 1000, call.signal);
  return 'done';
};
/** A task that never ends, whatever happens to its signal. */
const never = () => new Promise<never>(() => {});

describe('Arguments and Output', () => {
  // 'If not provided, the arguments are the state input.'
  test('without Arguments, a task gets the input of its state', async () => {
    const { calls } = await run(task(), { input: { val1: 3, val2: 4 } });
    expect(calls).toHaveLength(1);
    expect(calls[0]).toMatchObject({ state: 'Work', resource: FUNCTION, arguments: { val1: 3, val2: 4 } });
  });

  test('with Arguments, it gets these', async () => {
    const { calls } = await run(task({ Arguments: { sum: '{% $states.input.a + 1 %}', fixed: [true] } }), {
      input: { a: 1 },
    });
    expect(calls[0]?.arguments).toEqual({ sum: 2, fixed: [true] });
  });

  test.each([['text'], [null], [42], [[]]])('Arguments can be any JSON value: %j', async (value) => {
    const { calls } = await run(task({ Arguments: value }));
    expect(calls[0]?.arguments).toEqual(value);
  });

  // 'If not provided, the state output is the result in a Task, Map, and Parallel State'
  test('without Output, the result is the output', async () => {
    expect(await outputOf(task(), { input: 'input', task: () => ({ rows: 12 }) })).toEqual({ rows: 12 });
  });

  test('Output combines the result and the input', async () => {
    const Output = { rows: '{% $states.result.Payload.rows %}', day: '{% $states.input.day %}' };
    expect(
      await outputOf(task({ Output }), { input: { day: 'Monday' }, task: () => ({ Payload: { rows: 12 } }) }),
    ).toEqual({ rows: 12, day: 'Monday' });
  });

  test('a result of null is a result', async () => {
    expect(await outputOf(task({ Output: ['{% $states.result %}'] }), { task: () => null })).toEqual([null]);
  });

  test('Arguments that fail keep the task from being called', async () => {
    const { result, calls } = await run(task({ Arguments: '{% $states.input.missing %}' }));
    expect(result).toMatchObject({ status: 'FAILED', error: 'States.QueryEvaluationError' });
    expect(calls).toEqual([]);
  });

  test('the error and cause of a task are those of the execution', async () => {
    const { result } = await run(task(), { task: () => fail('Lambda.Unknown', 'it broke') });
    expect(result).toMatchObject({ status: 'FAILED', error: 'Lambda.Unknown', cause: 'it broke' });
  });

  test('what is no TaskFailure is a bug, which no Retry and no Catch hides', async () => {
    const definition = machine({
      Work: {
        Type: 'Task',
        Resource: FUNCTION,
        Retry: [{ ErrorEquals: ['States.ALL'] }],
        Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Hidden' }],
        Next: 'Hidden',
      },
      Hidden: { Type: 'Succeed' },
    });
    let attempts = 0;
    const status = await run(definition, {
      task: () => {
        attempts++;
        throw new TypeError('a bug');
      },
    }).then(
      ({ result }) => result.status,
      () => 'REJECTED',
    );
    expect(status).not.toBe('SUCCEEDED');
    expect(attempts).toBe(1);
  });

  test('the execution waits for a task as long as it takes', async () => {
    const { result, seconds } = await run(task(), { task: taking(100_000) });
    expect(result).toMatchObject({ status: 'SUCCEEDED', output: 'done' });
    expect(seconds).toBe(100_000);
  });
});

describe('TimeoutSeconds of a Task', () => {
  test('a task that takes longer fails with States.Timeout, without a cause, when its time is up', async () => {
    const { result, seconds } = await run(task({ TimeoutSeconds: 5 }), { task: taking(6) });
    // 'Step Functions marks the workflow execution as failed.' TIMED_OUT is for the execution's own TimeoutSeconds.
    expect(result).toMatchObject({ status: 'FAILED', error: 'States.Timeout' });
    expect(result).not.toHaveProperty('cause', expect.stringMatching(/./));
    expect(seconds).toBe(5);
  });

  test('a task that ends in time succeeds, and nothing waits for the rest of its time', async () => {
    const { result, seconds } = await run(task({ TimeoutSeconds: 5 }), { task: taking(4) });
    expect(result).toMatchObject({ status: 'SUCCEEDED', output: 'done' });
    expect(seconds).toBe(4);
  });

  test('the signal of the task is aborted', async () => {
    const { calls } = await run(task({ TimeoutSeconds: 5 }), { task: taking(6) });
    expect(calls[0]?.signal.aborted).toBe(true);
  });

  test('the signal of a task that ended in time never is', async () => {
    const { calls, clock } = await run(task({ TimeoutSeconds: 5 }), { task: taking(4) });
    await clock.sleep(60_000);
    expect(calls[0]?.signal.aborted).toBe(false);
  });

  test('a task that ignores its signal does not hold up the execution', async () => {
    const definition = machine({
      Work: {
        Type: 'Task',
        Resource: FUNCTION,
        TimeoutSeconds: 5,
        Catch: [{ ErrorEquals: ['States.Timeout'], Next: 'After' }],
        Next: 'After',
      },
      After: { Type: 'Wait', Seconds: 10, Output: 'went on', End: true },
    });
    const { result, seconds } = await run(definition, { task: never });
    expect(result).toMatchObject({ status: 'SUCCEEDED', output: 'went on' });
    expect(seconds).toBe(15);
  });

  test('the result of a task that timed out comes too late', async () => {
    const definition = machine({
      Work: {
        Type: 'Task',
        Resource: FUNCTION,
        TimeoutSeconds: 5,
        Catch: [{ ErrorEquals: ['States.Timeout'], Next: 'After' }],
        Next: 'After',
      },
      After: { Type: 'Wait', Seconds: 10, End: true },
    });
    const { result, events } = await run(definition, {
      task: async (_, clock) => {
        await clock.sleep(8000);
        return 'too late';
      },
    });
    expect(result).toMatchObject({ status: 'SUCCEEDED', output: { Error: 'States.Timeout' } });
    expect(events.filter((event) => event.type === 'taskSucceeded')).toEqual([]);
  });

  test('the call and its event tell the timeout', async () => {
    const { calls, events } = await run(task({ TimeoutSeconds: '{% $states.input.patience %}' }), {
      input: { patience: 7 },
    });
    expect(calls[0]?.timeoutSeconds).toBe(7);
    expect(events).toContainEqual(expect.objectContaining({ type: 'taskStarted', timeoutSeconds: 7 }));
  });

  test('an expression can give it', async () => {
    const definition = task({ TimeoutSeconds: '{% $states.input.patience * 2 %}' });
    const { result, seconds } = await run(definition, { input: { patience: 4 }, task: taking(60) });
    expect(result).toMatchObject({ error: 'States.Timeout' });
    expect(seconds).toBe(8);
  });

  // 'whose values, when evaluated, MUST be positive integers'
  test.each([['5'], [-1], [1.5], [null], [true]])(
    'an expression that gives no positive integer is a query evaluation error: %j',
    async (patience) => {
      const { result, calls } = await run(task({ TimeoutSeconds: '{% $states.input.patience %}' }), {
        input: { patience },
      });
      expect(result).toMatchObject({ status: 'FAILED', error: 'States.QueryEvaluationError' });
      expect(calls).toEqual([]);
    },
  );

  test.each([
    [1.5, 'The TimeoutSeconds field cannot be parsed as an integer: 1.5'],
    [-1, 'TimeoutSeconds must be between 0 and 99999999 but was: -1'],
    [100_000_000, 'TimeoutSeconds must be between 0 and 99999999 but was: 100000000'],
  ])('the cause is that of AWS: %d', async (patience, problem) => {
    const { result } = await run(task({ TimeoutSeconds: '{% $states.input %}' }), { input: patience });
    expect(result).toMatchObject({ cause: expect.stringMatching(new RegExp(`${problem}$`)) });
  });

  test('an expression that gives 0, of which AWS does not say what it means, is not run', async () => {
    await expect(run(task({ TimeoutSeconds: '{% $states.input %}' }), { input: 0 })).rejects.toThrow(
      'TimeoutSeconds is not implemented for 0',
    );
  });

  // The example 'Handling a timeout using Retry' of the developer guide.
  test('counts anew for each attempt', async () => {
    const definition = task({
      TimeoutSeconds: 2,
      Retry: [{ ErrorEquals: ['States.Timeout'], IntervalSeconds: 1, MaxAttempts: 2, BackoffRate: 2 }],
    });
    const { result, calls, seconds } = await run(definition, { task: taking(10) });
    expect(calls.map(({ second }) => second)).toEqual([0, 3, 7]);
    expect(result).toMatchObject({ error: 'States.Timeout' });
    expect(seconds).toBe(9);
  });
});

describe('TimeoutSeconds of the state machine', () => {
  // 'If the machine executes longer than the specified time, then the interpreter fails the machine with a
  // States.Timeout Error Name.' AWS writes that name to the history only: DescribeExecution tells just the status.
  const timedOut = { status: 'TIMED_OUT' };

  test('ends a Wait', async () => {
    const { result, seconds } = await run(
      machine({ Wait: { Type: 'Wait', Seconds: 100, End: true } }, { TimeoutSeconds: 30 }),
    );
    expect(result).toMatchObject(timedOut);
    expect(seconds).toBe(30);
  });

  test('ends a task and aborts its signal', async () => {
    const { result, calls, seconds } = await run(
      machine({ Work: { Type: 'Task', Resource: FUNCTION, End: true } }, { TimeoutSeconds: 30 }),
      { task: taking(100) },
    );
    expect(result).toMatchObject(timedOut);
    expect(calls[0]?.signal.aborted).toBe(true);
    expect(seconds).toBe(30);
  });

  test('ends the wait for a retry', async () => {
    const definition = machine(
      {
        Work: {
          Type: 'Task',
          Resource: FUNCTION,
          Retry: [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 100 }],
          End: true,
        },
      },
      { TimeoutSeconds: 30 },
    );
    const { result, calls, seconds } = await run(definition, { task: () => fail('Broken') });
    expect(result).toMatchObject(timedOut);
    expect(calls).toHaveLength(1);
    expect(seconds).toBe(30);
  });

  // 'Step Functions catchers are available for Task, Parallel and Map states, but not for top-level state machine
  // execution failures.'
  test('cannot be retried or caught', async () => {
    const definition = machine(
      {
        Both: {
          Type: 'Parallel',
          Branches: [{ StartAt: 'Work', States: { Work: { Type: 'Task', Resource: FUNCTION, End: true } } }],
          Retry: [{ ErrorEquals: ['States.Timeout'] }],
          Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Caught' }],
          Next: 'Caught',
        },
        Caught: { Type: 'Succeed' },
      },
      { TimeoutSeconds: 30 },
    );
    const { result, seconds } = await run(definition, { task: taking(100) });
    expect(result).toMatchObject(timedOut);
    expect(seconds).toBe(30);
  });

  test('ends an execution whose task ignores its signal', async () => {
    const definition = machine(
      { Work: { Type: 'Task', Resource: FUNCTION, End: true } },
      { TimeoutSeconds: 30 },
    );
    const { result, seconds } = await run(definition, { task: never });
    expect(result).toMatchObject(timedOut);
    expect(seconds).toBe(30);
  });

  test('leaves an execution alone that ends in time, and nothing waits for the rest', async () => {
    const { result, seconds } = await run(
      machine({ Wait: { Type: 'Wait', Seconds: 29, End: true } }, { TimeoutSeconds: 30 }),
    );
    expect(result.status).toBe('SUCCEEDED');
    expect(seconds).toBe(29);
  });
});
