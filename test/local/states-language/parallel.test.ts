import { describe, expect, test } from 'vitest';
import type { VirtualClock } from '../../../local/clock.ts';
import type { Json, TaskCall } from '../../../local/states-language/index.ts';
import { fail, FUNCTION, machine, outputOf, run } from './support.ts';

const branch = (name: string, fields: object) => ({
  StartAt: name,
  States: { [name]: { End: true, ...fields } },
});
const work = (name: string) => branch(name, { Type: 'Task', Resource: FUNCTION });
const parallel = (Branches: object[], fields: object = {}) =>
  machine({ Both: { Type: 'Parallel', Branches, End: true, ...fields } });

/** A task that takes the seconds that are set for its state, and fails if so set. */
const plan =
  (states: { [state: string]: { seconds: number; error?: string } }) =>
  async (call: TaskCall, clock: VirtualClock): Promise<Json> => {
    const { seconds, error } = states[call.state]!;
    await clock.sleep(seconds * 1000, call.signal);
    return error === undefined ? call.state : fail(error);
  };

describe('results', () => {
  // 'The elements of the output array correspond to the branches in the same order that they appear'
  test('come in the order of the branches, whichever ends first', async () => {
    const { result, seconds } = await run(parallel([work('Slow'), work('Fast')]), {
      task: plan({ Slow: { seconds: 9 }, Fast: { seconds: 1 } }),
    });
    expect(result).toMatchObject({ status: 'SUCCEEDED', output: ['Slow', 'Fast'] });
    expect(seconds).toBe(9);
  });

  // The example "FunWithMath" of the specification.
  test('each branch gets the input of the state', async () => {
    const definition = parallel([
      branch('Add', { Type: 'Pass', Output: '{% $states.input[0] + $states.input[1] %}' }),
      branch('Subtract', { Type: 'Pass', Output: '{% $states.input[0] - $states.input[1] %}' }),
    ]);
    expect(await outputOf(definition, { input: [3, 2] })).toEqual([5, 1]);
  });

  test('or its Arguments', async () => {
    const definition = parallel([branch('One', { Type: 'Pass' }), branch('Two', { Type: 'Pass' })], {
      Arguments: { day: '{% $states.input.day %}' },
    });
    expect(await outputOf(definition, { input: { day: 'Monday', more: true } })).toEqual([
      { day: 'Monday' },
      { day: 'Monday' },
    ]);
  });

  test('a branch that changes its data changes nothing for the others', async () => {
    const output = await outputOf(parallel([work('One'), work('Two')]), {
      input: [],
      task: (call) => {
        (call.arguments as Json[]).push(call.state);
        return call.arguments;
      },
    });
    expect(output).toEqual([['One'], ['Two']]);
  });

  test('Output and Assign see the array of results, and the input of the state', async () => {
    const definition = machine({
      Both: {
        Type: 'Parallel',
        Branches: [branch('One', { Type: 'Pass', Output: 1 }), branch('Two', { Type: 'Pass', Output: 2 })],
        Assign: { second: '{% $states.result[1] %}' },
        Output: { sum: '{% $sum($states.result) %}', input: '{% $states.input %}' },
        Next: 'Look',
      },
      Look: { Type: 'Pass', Output: ['{% $states.input %}', '{% $second %}'], End: true },
    });
    expect(await outputOf(definition, { input: 'input' })).toEqual([{ sum: 3, input: 'input' }, 2]);
  });

  test('of a single branch is an array of one', async () => {
    expect(await outputOf(parallel([branch('One', { Type: 'Pass', Output: 1 })]))).toEqual([1]);
  });

  test('branches within branches', async () => {
    const inner = branch('Inner', {
      Type: 'Parallel',
      Branches: [branch('A', { Type: 'Pass', Output: 'a' }), branch('B', { Type: 'Pass', Output: 'b' })],
    });
    expect(await outputOf(parallel([inner, branch('C', { Type: 'Pass', Output: 'c' })]))).toEqual([
      ['a', 'b'],
      'c',
    ]);
  });

  // 'Unlike a Fail State, a Succeed State within a Parallel merely terminates its own branch.'
  test('a Succeed ends only its branch', async () => {
    const definition = machine({
      Both: {
        Type: 'Parallel',
        Branches: [{ StartAt: 'Done', States: { Done: { Type: 'Succeed', Output: 'done' } } }, work('Work')],
        Next: 'After',
      },
      After: { Type: 'Pass', Output: { results: '{% $states.input %}' }, End: true },
    });
    expect(await outputOf(definition, { task: plan({ Work: { seconds: 5 } }) })).toEqual({
      results: ['done', 'Work'],
    });
  });
});

describe('concurrency', () => {
  test('all branches start at once and the next state waits for all of them', async () => {
    const definition = machine({
      Both: { Type: 'Parallel', Branches: ['A', 'B', 'C'].map(work), Next: 'After' },
      After: { Type: 'Task', Resource: FUNCTION, End: true },
    });
    const { calls } = await run(definition, {
      task: plan({ A: { seconds: 3 }, B: { seconds: 7 }, C: { seconds: 5 }, After: { seconds: 0 } }),
    });
    expect(calls.map(({ state, second }) => [state, second])).toEqual([
      ['A', 0],
      ['B', 0],
      ['C', 0],
      ['After', 7],
    ]);
  });

  test('waits run side by side', async () => {
    const { seconds } = await run(
      parallel([
        branch('Ten', { Type: 'Wait', Seconds: 10 }),
        branch('Twenty', { Type: 'Wait', Seconds: 20 }),
      ]),
    );
    expect(seconds).toBe(20);
  });
});

describe('failure', () => {
  // 'If any branch fails … the entire Parallel State is considered to have failed and all the branches are
  // terminated.'
  test('of one branch fails the state at once with its error', async () => {
    const { result, seconds } = await run(parallel([work('Long'), work('Broken')]), {
      task: plan({ Long: { seconds: 100 }, Broken: { seconds: 3, error: 'NoReport' } }),
    });
    expect(result).toMatchObject({ status: 'FAILED', error: 'NoReport' });
    expect(seconds).toBe(3);
  });

  test('aborts the tasks of the other branches', async () => {
    const { calls } = await run(parallel([work('Long'), work('Broken')]), {
      task: plan({ Long: { seconds: 100 }, Broken: { seconds: 3, error: 'NoReport' } }),
    });
    expect(calls.find(({ state }) => state === 'Long')?.signal.aborted).toBe(true);
  });

  test('ends the waits, retries and further states of the other branches', async () => {
    const definition = machine({
      Both: {
        Type: 'Parallel',
        Branches: [
          work('Broken'),
          branch('Waiting', { Type: 'Wait', Seconds: 10 }),
          {
            StartAt: 'Stepping',
            States: {
              Stepping: { Type: 'Wait', Seconds: 5, Next: 'Next' },
              Next: { Type: 'Task', Resource: FUNCTION, End: true },
            },
          },
          {
            StartAt: 'Retrying',
            States: {
              Retrying: {
                Type: 'Task',
                Resource: FUNCTION,
                Retry: [{ ErrorEquals: ['Again'], IntervalSeconds: 5 }],
                End: true,
              },
            },
          },
        ],
        Catch: [{ ErrorEquals: ['NoReport'], Next: 'After' }],
        End: true,
      },
      After: { Type: 'Wait', Seconds: 60, End: true },
    });
    const { events, calls, seconds } = await run(definition, {
      task: plan({
        Broken: { seconds: 3, error: 'NoReport' },
        Retrying: { seconds: 1, error: 'Again' },
        Next: { seconds: 0 },
      }),
    });
    expect(calls.map(({ state }) => state)).toEqual(['Broken', 'Retrying']);
    const exited = events.flatMap((event) => (event.type === 'stateExited' ? [event.state] : []));
    expect(exited).toEqual(['Both', 'After']);
    expect(seconds).toBe(63);
  });

  test('a branch that had already ended has its result thrown away', async () => {
    const definition = machine({
      Both: {
        Type: 'Parallel',
        Branches: [branch('Done', { Type: 'Pass', Output: 'result' }), work('Broken')],
        Catch: [{ ErrorEquals: ['NoReport'], Next: 'After' }],
        Next: 'After',
      },
      After: { Type: 'Succeed' },
    });
    expect(await outputOf(definition, { task: plan({ Broken: { seconds: 1, error: 'NoReport' } }) })).toEqual(
      expect.objectContaining({ Error: 'NoReport' }),
    );
  });

  test('the first failure counts when several follow', async () => {
    const { result } = await run(parallel([work('Second'), work('First')]), {
      task: plan({ Second: { seconds: 4, error: 'ErrorB' }, First: { seconds: 3, error: 'ErrorA' } }),
    });
    expect(result).toMatchObject({ status: 'FAILED', error: 'ErrorA' });
  });

  test('a task that ignores its signal does not hold up the failure', async () => {
    const { result, seconds } = await run(parallel([work('Deaf'), work('Broken')]), {
      task: (call, clock) =>
        call.state === 'Deaf'
          ? new Promise<never>(() => {})
          : plan({ Broken: { seconds: 3, error: 'NoReport' } })(call, clock),
    });
    expect(result).toMatchObject({ status: 'FAILED', error: 'NoReport' });
    expect(seconds).toBe(3);
  });

  test('in a branch of a branch goes up to the catcher that matches', async () => {
    const definition = machine({
      Outer: {
        Type: 'Parallel',
        Branches: [
          branch('Inner', {
            Type: 'Parallel',
            Branches: [work('Broken')],
            Catch: [{ ErrorEquals: ['Other'], Next: 'Never' }],
          }),
        ].map(({ StartAt, States }) => ({ StartAt, States: { ...States, Never: { Type: 'Succeed' } } })),
        Catch: [{ ErrorEquals: ['NoReport'], Output: 'caught outside', Next: 'After' }],
        Next: 'After',
      },
      After: { Type: 'Succeed' },
    });
    expect(await outputOf(definition, { task: plan({ Broken: { seconds: 1, error: 'NoReport' } }) })).toBe(
      'caught outside',
    );
  });
});
