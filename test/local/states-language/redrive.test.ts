import { describe, expect, test } from 'vitest';
import { VirtualClock } from '../../../local/clock.ts';
import {
  type Attempt,
  createExecution,
  type Json,
  loadStateMachine,
  type TaskCall,
} from '../../../local/states-language/index.ts';
import { fail, FUNCTION, machine, START } from './support.ts';

interface Setup {
  input?: Json;
  /** What a task does; `attempt` counts the calls from 0, over all runs. */
  task?: (call: TaskCall, attempt: number) => Json | Promise<Json>;
}

/** An execution whose runs are its redrives, and what it called. */
function redrivable(definition: object, { input = {}, task = () => null }: Setup = {}) {
  const clock = new VirtualClock(START);
  const calls: (Pick<TaskCall, 'state' | 'arguments'> & { second: number })[] = [];
  const { run } = createExecution(
    loadStateMachine(definition, (resource) => resource === FUNCTION),
    {
      input,
      name: 'monday-export',
      clock,
      runTask: async (call) => {
        const second = (clock.now() - Date.parse(START)) / 1000;
        calls.push({ state: call.state, arguments: call.arguments, second });
        return task(call, calls.length - 1);
      },
    },
  );
  return {
    calls,
    clock,
    run: (attempt: Attempt = {}) => run(attempt),
    /** Runs it, and stops it after some seconds. */
    runFor: async (seconds: number) => {
      const stop = new AbortController();
      void clock.sleep(seconds * 1000).then(() => stop.abort());
      return run({ signal: stop.signal });
    },
  };
}

const work = (more: object = {}) => ({ Type: 'Task', Resource: FUNCTION, ...more });
const failsAtFirst = (_: TaskCall, attempt: number) => (attempt === 0 ? fail('Broken') : 'done');

describe('redriving an execution', () => {
  test('goes on with the state that failed, its input and the variables, and keeps what was done', async () => {
    const definition = machine({
      Prepare: { Type: 'Pass', Assign: { kept: 7 }, Output: 'prepared', Next: 'First' },
      First: work({ Arguments: 'first', Next: 'Second' }),
      Second: work({ Arguments: '{% [$states.input, $kept] %}', End: true }),
    });
    const execution = redrivable(definition, {
      task: ({ state }, attempt) =>
        state === 'First' ? 'first done' : attempt === 1 ? fail('Broken') : 'done',
    });
    expect(await execution.run()).toMatchObject({ status: 'FAILED', error: 'Broken' });
    expect(await execution.run()).toMatchObject({ status: 'SUCCEEDED', output: 'done' });
    const second = { state: 'Second', arguments: ['first done', 7] };
    expect(execution.calls).toMatchObject([{ state: 'First' }, second, second]);
  });

  test('counts and dates the redrives, the start stays', async () => {
    const definition = machine({
      Work: work({ Arguments: '{% $states.context.Execution %}', End: true }),
    });
    const execution = redrivable(definition, { task: (_, attempt) => (attempt < 2 ? fail('Broken') : null) });
    await execution.run();
    for (let hours = 1; hours <= 2; hours++) {
      await execution.clock.sleep(3_600_000);
      await execution.run();
    }
    const seen = execution.calls.map(({ arguments: context }) => context);
    const StartTime = '2026-03-02T06:00:00.000Z';
    expect(seen[0]).toMatchObject({ RedriveCount: 0, StartTime });
    expect(seen[0]).not.toHaveProperty('RedriveTime');
    expect(seen.slice(1)).toMatchObject([
      { RedriveCount: 1, RedriveTime: '2026-03-02T07:00:00.000Z', StartTime },
      { RedriveCount: 2, RedriveTime: '2026-03-02T08:00:00.000Z', StartTime },
    ]);
  });

  test('a state keeps the time at which it was entered, or is entered anew', async () => {
    const definition = machine({
      Work: work({ Arguments: '{% $states.context.State.EnteredTime %}', End: true }),
    });
    const execution = redrivable(definition, { task: () => fail('Broken') });
    await execution.run();
    await execution.clock.sleep(60_000);
    await execution.run();
    await execution.run({ entersAnew: true });
    expect(execution.calls.map(({ arguments: entered }) => Date.parse(entered as string))).toEqual(
      [0, 0, 60_000].map((later) => Date.parse(START) + later),
    );
  });

  test('the retries of a state start again', async () => {
    const retry = { ErrorEquals: ['States.ALL'], MaxAttempts: 2, IntervalSeconds: 1 };
    const definition = machine({
      Work: work({ Arguments: '{% $states.context.State.RetryCount %}', Retry: [retry], End: true }),
    });
    const execution = redrivable(definition, { task: () => fail('Broken') });
    await execution.run();
    await execution.run();
    expect(execution.calls.map(({ arguments: retries }) => retries)).toEqual([0, 1, 2, 0, 1, 2]);
  });

  test('the time-outs of the state machine and of a Task start again', async () => {
    const execution = redrivable(
      machine(
        { Wait: { Type: 'Wait', Seconds: 40, Next: 'Work' }, Work: work({ TimeoutSeconds: 30, End: true }) },
        {
          TimeoutSeconds: 60,
        },
      ),
      {
        task: (_, attempt) =>
          attempt === 0 ? new Promise<never>(() => {}) : execution.clock.sleep(25_000).then(() => null),
      },
    );
    expect(await execution.run()).toMatchObject({ status: 'TIMED_OUT' });
    expect(await execution.run()).toMatchObject({ status: 'SUCCEEDED' });
    expect(execution.calls.map(({ second }) => second)).toEqual([40, 60]);
  });

  test('a Choice is decided again', async () => {
    const definition = machine({
      Which: {
        Type: 'Choice',
        Choices: [{ Condition: '{% $states.context.Execution.RedriveCount = 1 %}', Next: 'Redriven' }],
      },
      Redriven: { Type: 'Succeed' },
    });
    const execution = redrivable(definition);
    expect(await execution.run()).toMatchObject({ status: 'FAILED' });
    expect(await execution.run()).toMatchObject({ status: 'SUCCEEDED' });
  });

  test('a Fail fails again', async () => {
    const execution = redrivable(machine({ Stop: { Type: 'Fail', Error: 'Refused' } }));
    for (let run = 0; run < 3; run++) {
      expect(await execution.run()).toMatchObject({ status: 'FAILED', error: 'Refused' });
    }
  });

  test('a Wait for an instant that has passed is over at once', async () => {
    const wait = { Type: 'Wait', Timestamp: '2026-03-02T07:00:00Z', End: true };
    const execution = redrivable(machine({ Wait: wait }));
    expect(await execution.runFor(60)).toMatchObject({ status: 'ABORTED' });
    await execution.clock.sleep(7_200_000);
    const redrivenAt = execution.clock.now();
    expect(await execution.run()).toMatchObject({ status: 'SUCCEEDED' });
    expect(execution.clock.now()).toBe(redrivenAt);
  });

  test('an error that was caught is not gone back to', async () => {
    const definition = machine({
      Work: work({ Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Mend' }], End: true }),
      Mend: work({ End: true }),
    });
    const execution = redrivable(definition, { task: (_, attempt) => (attempt < 2 ? fail('Broken') : null) });
    await execution.run();
    await execution.run();
    expect(execution.calls.map(({ state }) => state)).toEqual(['Work', 'Mend', 'Mend']);
  });

  test('the history goes on', async () => {
    const execution = redrivable(machine({ Work: work({ End: true }) }), { task: failsAtFirst });
    // ExecutionStarted, StateEntered, Scheduled, Started, Failed, ExecutionFailed
    expect(await execution.run()).toMatchObject({ historyEvents: 6 });
    // ExecutionRedriven, Scheduled, Started, Succeeded, StateExited, ExecutionSucceeded
    expect(await execution.run()).toMatchObject({ historyEvents: 12 });
  });
});

const flow = (states: Record<string, object>) => ({ StartAt: Object.keys(states)[0], States: states });

const branch = (name: string) => flow({ [name]: work({ End: true }) });

describe('redriving a Parallel', () => {
  const definition = machine({
    Both: {
      Type: 'Parallel',
      Branches: [
        flow({ Good: work({ Arguments: 'good', End: true }) }),
        flow({
          Prepare: { Type: 'Pass', Assign: { own: 'prepared' }, Next: 'Bad' },
          Bad: work({ Arguments: '{% $own %}', End: true }),
        }),
        flow({ Slow: { Type: 'Wait', Seconds: 60, Output: 'slow', End: true } }),
      ],
      End: true,
    },
  });

  test('runs the branches that failed or were aborted, and keeps what the others came to', async () => {
    const execution = redrivable(definition, {
      task: async ({ state }, attempt) => {
        if (state === 'Good') return 'good';
        await execution.clock.sleep(1000);
        return attempt === 1 ? fail('Broken') : 'mended';
      },
    });
    expect(await execution.run()).toMatchObject({ status: 'FAILED', error: 'Broken' });
    expect(await execution.run()).toMatchObject({ output: ['good', 'mended', 'slow'] });
    expect(execution.calls.map(({ state }) => state)).toEqual(['Good', 'Bad', 'Bad']);
    expect(execution.calls[2]).toMatchObject({ arguments: 'prepared' });
  });

  test('runs them all again when what they came to was too large', async () => {
    const large = 'x'.repeat(140_000);
    const execution = redrivable(
      machine({ Both: { Type: 'Parallel', Branches: [branch('One'), branch('Other')], End: true } }),
      { task: (_, attempt) => (attempt < 2 ? large : 'small') },
    );
    expect(await execution.run()).toMatchObject({ error: 'States.DataLimitExceeded' });
    expect(await execution.run()).toMatchObject({ output: ['small', 'small'] });
  });

  test('a retry after a redrive begins with all branches', async () => {
    const retry = { ErrorEquals: ['States.ALL'], MaxAttempts: 1, IntervalSeconds: 1 };
    const execution = redrivable(
      machine({
        Both: { Type: 'Parallel', Branches: [branch('Good'), branch('Bad')], Retry: [retry], End: true },
      }),
      { task: ({ state }, attempt) => (state === 'Bad' && attempt < 5 ? fail('Broken') : state) },
    );
    expect(await execution.run()).toMatchObject({ status: 'FAILED' });
    expect(await execution.run()).toMatchObject({ output: ['Good', 'Bad'] });
    expect(execution.calls.map(({ state }) => state).join(' ')).toBe('Good Bad Good Bad Bad Good Bad');
  });
});

describe('redriving a Map', () => {
  test('runs the iterations that failed or have not begun, with the items that they had', async () => {
    const definition = machine({
      Each: {
        Type: 'Map',
        Items: ['a', 'b', 'c'],
        MaxConcurrency: 1,
        ItemProcessor: flow({
          Prepare: { Type: 'Pass', Assign: { item: '{% $states.input & "!" %}' }, Next: 'Work' },
          Work: work({ Arguments: '{% $item & $string($states.context.Map.Item.Index) %}', End: true }),
        }),
        End: true,
      },
    });
    const execution = redrivable(definition, {
      task: ({ arguments: item }, attempt) => (attempt === 1 ? fail('Broken') : item),
    });
    expect(await execution.run()).toMatchObject({ status: 'FAILED' });
    expect(await execution.run()).toMatchObject({ output: ['a!0', 'b!1', 'c!2'] });
    expect(execution.calls.map(({ arguments: item }) => item)).toEqual(['a!0', 'b!1', 'b!1', 'c!2']);
  });

  test('goes on inside of states that are inside of others', async () => {
    const definition = machine({
      Each: {
        Type: 'Map',
        Items: [1, 2],
        ItemProcessor: flow({
          Both: {
            Type: 'Parallel',
            Branches: [
              flow({ Wait: { Type: 'Wait', Seconds: 10, Next: 'Work' }, Work: work({ End: true }) }),
              flow({ Other: work({ End: true }) }),
            ],
            End: true,
          },
        }),
        End: true,
      },
    });
    const execution = redrivable(definition, { task: ({ state }) => state });
    expect(await execution.runFor(5)).toMatchObject({ status: 'ABORTED' });
    expect(await execution.run()).toMatchObject({
      output: [
        ['Work', 'Other'],
        ['Work', 'Other'],
      ],
    });
    expect(execution.calls.map(({ state }) => state)).toEqual(['Other', 'Other', 'Work', 'Work']);
  });
});

test('the room that variables of an iteration take is kept for its redrive, and given back at its end', async () => {
  const names = Array.from({ length: 30 }, (_, index) => `v${index}`);
  const fill = (index: number) => ({
    Type: 'Pass',
    Assign: { [names[index]!]: 'x'.repeat(200_000) },
    Next: index + 1 < names.length ? `Fill ${index + 1}` : 'Work',
  });
  const states = Object.fromEntries(names.map((_, index) => [`Fill ${index}`, fill(index)]));
  const processor = flow({ ...states, Work: work({ Arguments: '{% $length($v0) %}', End: true }) });
  const execution = redrivable(
    machine({ Each: { Type: 'Map', Items: [1, 2], MaxConcurrency: 1, ItemProcessor: processor, End: true } }),
    { task: ({ arguments: length }, attempt) => (attempt % 2 === 0 ? fail('Broken') : length) },
  );
  expect(await execution.run()).toMatchObject({ error: 'Broken' });
  expect(await execution.run()).toMatchObject({ error: 'Broken' });
  expect(await execution.run()).toMatchObject({ output: [200_000, 200_000] });
});
