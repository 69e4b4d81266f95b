import { describe, expect, test } from 'vitest';
import { fail, FUNCTION, machine, run } from './support.ts';

// 'Maximum input or output size for a task, state, or execution: 256 KiB of data as a UTF-8 encoded string.'
const LIMIT = 256 * 1024;
/** A string that takes this many bytes as JSON. */
const json = (bytes: number) => 'x'.repeat(bytes - 2);

const task = (fields: object = {}) =>
  machine({
    Work: { Type: 'Task', Resource: FUNCTION, Output: 'small', Next: 'Done', ...fields },
    Done: { Type: 'Succeed' },
  });

const doubling = (Type: string) =>
  machine({
    Double: {
      Type,
      Output: ['{% $states.input %}', '{% $states.input %}'],
      ...(Type === 'Pass' && { End: true }),
    },
  });

describe('256 KiB of data', () => {
  test('the result of a task can be as large', async () => {
    const { result } = await run(task(), { task: () => json(LIMIT) });
    expect(result).toMatchObject({ status: 'SUCCEEDED', output: 'small' });
  });

  test('not larger, even if Output would drop it', async () => {
    const { result } = await run(task(), { task: () => json(LIMIT + 1) });
    expect(result).toMatchObject({ status: 'FAILED', error: 'States.DataLimitExceeded' });
  });

  test('it is counted in bytes of UTF-8', async () => {
    const { result: fits } = await run(task(), { task: () => 'é'.repeat(LIMIT / 2 - 1) });
    expect(fits.status).toBe('SUCCEEDED');
    const { result } = await run(task(), { task: () => 'é'.repeat(LIMIT / 2) });
    expect(result).toMatchObject({ status: 'FAILED', error: 'States.DataLimitExceeded' });
  });

  test.each(['Pass', 'Succeed'])('the output of a %s cannot be larger', async (Type) => {
    const { result: fits } = await run(doubling(Type), { input: json(LIMIT / 2 - 2) });
    expect(fits.status).toBe('SUCCEEDED');
    const { result } = await run(doubling(Type), { input: json(LIMIT / 2) });
    expect(result).toMatchObject({ status: 'FAILED', error: 'States.DataLimitExceeded' });
  });

  test('the arguments of a task cannot be larger', async () => {
    const { result, calls } = await run(task({ Arguments: ['{% $states.input %}', '{% $states.input %}'] }), {
      input: json(LIMIT / 2),
    });
    expect(result).toMatchObject({ status: 'FAILED', error: 'States.DataLimitExceeded' });
    expect(calls).toEqual([]);
  });

  test('the results of a Map together cannot be larger', async () => {
    const definition = machine({
      Each: {
        Type: 'Map',
        ItemProcessor: { StartAt: 'Item', States: { Item: { Type: 'Task', Resource: FUNCTION, End: true } } },
        End: true,
      },
    });
    const { result } = await run(definition, { input: [1, 2, 3], task: () => json(LIMIT / 2) });
    expect(result).toMatchObject({ status: 'FAILED', error: 'States.DataLimitExceeded' });
  });

  // 'A terminal error which cannot be caught by the States.ALL error type.'
  test('States.ALL neither retries nor catches it', async () => {
    const definition = task({
      Retry: [{ ErrorEquals: ['States.ALL'] }],
      Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Done' }],
    });
    const { result, calls } = await run(definition, { task: () => json(LIMIT + 1) });
    expect(result).toMatchObject({ status: 'FAILED', error: 'States.DataLimitExceeded' });
    expect(calls).toHaveLength(1);
  });

  test('an execution does not take more as its input', async () => {
    const outcome = await run(machine({ Done: { Type: 'Succeed', Output: 'small' } }), {
      input: json(LIMIT + 1),
    }).then(
      ({ result }) => result.status,
      () => 'REFUSED',
    );
    expect(outcome).not.toBe('SUCCEEDED');
  });
});

const assigning = (Assign: object) =>
  machine({ Set: { Type: 'Pass', Assign, Output: 'small', Next: 'End' }, End: { Type: 'Succeed' } });

/** A state machine that assigns so many variables, one after the other. */
const assigningMany = (count: number) =>
  machine(
    Object.fromEntries(
      Array.from({ length: count }, (_, index) => [
        `Set${index}`,
        {
          Type: 'Pass',
          Assign: { [`x${index}`]: '{% $states.input %}' },
          ...(index === count - 1 ? { End: true } : { Next: `Set${index + 1}` }),
        },
      ]),
    ),
  );

describe('variables', () => {
  // 'The maximum size of a single variable is 256Kib.'
  test('one can hold 256 KiB, not more', async () => {
    const definition = assigning({ x: "{% $pad('', $states.input, 'x') %}" });
    expect((await run(definition, { input: LIMIT - 2 })).result.status).toBe('SUCCEEDED');
    expect((await run(definition, { input: LIMIT - 1 })).result.status).toBe('FAILED');
  });

  // 'The maximum combined size for all variables in a single Assign field is also 256Kib. For example, you could
  // assign X and Y to 128KiB, but you could not assign both X and Y to 256KiB in the same Assign field.'
  test('an Assign can set 256 KiB together, not more', async () => {
    const definition = assigning({ x: '{% $states.input %}', y: '{% $states.input %}' });
    expect((await run(definition, { input: json(LIMIT / 2) })).result.status).toBe('SUCCEEDED');
    expect((await run(definition, { input: json(LIMIT / 2 + 1) })).result.status).toBe('FAILED');
  });

  // 'The total size of all stored variables cannot exceed 10MiB per execution.'
  test('an execution can keep 10 MiB, not more', async () => {
    const input = json(LIMIT - 100);
    expect((await run(assigningMany(40), { input })).result.status).toBe('SUCCEEDED');
    expect((await run(assigningMany(41), { input })).result.status).toBe('FAILED');
  });
});

const endless = {
  StartAt: 'Again',
  States: {
    Again: { Type: 'Choice', Choices: [{ Condition: true, Next: 'Again' }], Default: 'Never' },
    Never: { Type: 'Succeed' },
  },
};

describe('the history of an execution', () => {
  const passing = { Type: 'Pass', End: true };
  const working = { Type: 'Task', Resource: FUNCTION, End: true };
  const inner = (name: string) => ({ StartAt: name, States: { [name]: passing } });

  // The event types of GetExecutionHistory, for example ExecutionStarted, PassStateEntered, PassStateExited and
  // ExecutionSucceeded for the first.
  test.each([
    ['a Pass', { State: passing }, 4],
    ['a Succeed', { State: { Type: 'Succeed' } }, 4],
    ['a Fail, which is never exited', { State: { Type: 'Fail' } }, 3],
    ['a Wait', { State: { Type: 'Wait', Seconds: 5, End: true } }, 4],
    [
      'a Choice and a Pass',
      { State: { Type: 'Choice', Choices: [{ Condition: true, Next: 'B' }] }, B: passing },
      6,
    ],
    ['a Task, scheduled, started and succeeded', { State: working }, 7],
    ['a Parallel of two', { State: { Type: 'Parallel', Branches: [inner('A'), inner('B')], End: true } }, 10],
    [
      'a Map of two, with its iterations',
      { State: { Type: 'Map', Items: [1, 2], ItemProcessor: inner('A'), End: true } },
      14,
    ],
  ])('counts its events: %s', async (_, states, events) => {
    const { result } = await run(machine(states));
    expect(result.historyEvents).toBe(events);
  });

  test('counts each attempt of a task', async () => {
    const definition = machine({ Work: { ...working, Retry: [{ ErrorEquals: ['Broken'] }] } });
    const { result } = await run(definition, {
      task: (_, __, attempt) => (attempt < 2 ? fail('Broken') : null),
    });
    expect(result.historyEvents).toBe(7 + 2 * 3);
  });

  // '25,000 events in a single state machine execution history. If the execution history reaches this quota, the
  // execution will fail.'
  test('an execution fails when its history reaches 25,000 events', async () => {
    const { result } = await run({ QueryLanguage: 'JSONata', ...endless });
    expect(result).toEqual({
      status: 'FAILED',
      error: 'States.Runtime',
      cause: 'The execution reached the maximum number of history events (25000).',
      historyEvents: 25_000,
    });
  });

  test('an execution that stays just below goes through', async () => {
    const definition = machine({
      Start: { Type: 'Pass', Output: 1, Next: 'Count' },
      Count: { Type: 'Pass', Output: '{% $states.input + 1 %}', Next: 'Enough' },
      Enough: {
        Type: 'Choice',
        Choices: [{ Condition: '{% $states.input < 6000 %}', Next: 'Count' }],
        Default: 'End',
      },
      End: { Type: 'Succeed' },
    });
    const { result } = await run(definition);
    expect(result).toMatchObject({ status: 'SUCCEEDED', output: 6000, historyEvents: 2 + 2 + 5999 * 4 + 2 });
  });

  test('nothing catches that', async () => {
    const { result } = await run(
      machine({
        Both: {
          Type: 'Parallel',
          Branches: [endless],
          Retry: [{ ErrorEquals: ['States.ALL'] }],
          Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Caught' }],
          Next: 'Caught',
        },
        Caught: { Type: 'Succeed' },
      }),
    );
    expect(result.status).toBe('FAILED');
    expect(result.historyEvents).toBeLessThanOrEqual(25_000);
  });

  test('a retry without end reaches it, too', async () => {
    const definition = machine({
      Work: { ...working, Retry: [{ ErrorEquals: ['Broken'], MaxAttempts: 99_999_999, BackoffRate: 1 }] },
    });
    const { result, calls } = await run(definition, { task: () => fail('Broken') });
    expect(result.status).toBe('FAILED');
    expect(calls.length).toBeLessThanOrEqual(8334);
    expect(result.historyEvents).toBeLessThanOrEqual(25_000);
  });
});
