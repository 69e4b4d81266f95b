import { getEventListeners } from 'node:events';
import { describe, expect, test } from 'vitest';
import { VirtualClock } from '../../../local/clock.ts';
import type { Setup } from './support.ts';
import { fail, FUNCTION, machine, run, START } from './support.ts';

/** Runs a state machine and stops it after some seconds. */
async function stopped(definition: object, after: number, setup: Setup = {}) {
  const controller = new AbortController();
  const clock = new VirtualClock(START);
  const stop = clock.sleep(after * 1000).then(() => controller.abort());
  const execution = await run(definition, { ...setup, clock, signal: controller.signal });
  await stop;
  return { ...execution, signal: controller.signal };
}

const wait = machine({ Wait: { Type: 'Wait', Seconds: 1000, End: true } });
const work = machine({ Work: { Type: 'Task', Resource: FUNCTION, End: true } });

const inner = (name: string, state: object) => ({
  StartAt: name,
  States: { [name]: { End: true, ...state } },
});

describe('stopping an execution', () => {
  test('ends a Wait at once', async () => {
    const { result, seconds } = await stopped(wait, 10);
    expect(result.status).toBe('ABORTED');
    expect(seconds).toBe(10);
  });

  test('tells the running task and does not wait for it', async () => {
    const { result, calls, seconds } = await stopped(work, 10, { task: () => new Promise<never>(() => {}) });
    expect(result.status).toBe('ABORTED');
    expect(calls[0]?.signal.aborted).toBe(true);
    expect(seconds).toBe(10);
  });

  test('ends the wait for a retry', async () => {
    const definition = machine({
      Work: {
        Type: 'Task',
        Resource: FUNCTION,
        Retry: [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 100 }],
        End: true,
      },
    });
    const { result, calls, seconds } = await stopped(definition, 10, { task: () => fail('Broken') });
    expect(result.status).toBe('ABORTED');
    expect(calls).toHaveLength(1);
    expect(seconds).toBe(10);
  });

  test('ends all branches and iterations', async () => {
    const definition = machine({
      Both: {
        Type: 'Parallel',
        Branches: [
          inner('Wait', { Type: 'Wait', Seconds: 1000 }),
          inner('Each', {
            Type: 'Map',
            Items: [1, 2, 3],
            MaxConcurrency: 2,
            ItemProcessor: inner('Work', { Type: 'Task', Resource: FUNCTION }),
          }),
        ],
        End: true,
      },
    });
    const { result, calls, seconds } = await stopped(definition, 10, {
      task: async (call, clock) => {
        await clock.sleep(1_000_000, call.signal);
        return null;
      },
    });
    expect(result.status).toBe('ABORTED');
    expect(calls.map(({ signal }) => signal.aborted)).toEqual([true, true]);
    expect(seconds).toBe(10);
  });

  test('is not caught or retried', async () => {
    const definition = machine({
      Both: {
        Type: 'Parallel',
        Branches: [{ StartAt: 'Work', States: { Work: { Type: 'Task', Resource: FUNCTION, End: true } } }],
        Retry: [{ ErrorEquals: ['States.ALL'] }],
        Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Caught' }],
        Next: 'Caught',
      },
      Caught: { Type: 'Succeed' },
    });
    const { result, calls } = await stopped(definition, 10, {
      task: async (call, clock) => {
        await clock.sleep(1_000_000, call.signal);
        return null;
      },
    });
    expect(result.status).toBe('ABORTED');
    expect(calls).toHaveLength(1);
  });

  test('a task that reports a failure because of it does not make it a failure', async () => {
    const { result } = await stopped(work, 10, {
      task: (call) =>
        new Promise<never>((_, reject) => {
          call.signal.addEventListener('abort', () => {
            try {
              fail('Cancelled');
            } catch (error) {
              reject(error);
            }
          });
        }),
    });
    expect(result.status).toBe('ABORTED');
  });

  test('before its start keeps it from doing anything', async () => {
    const { result, calls } = await run(work, { signal: AbortSignal.abort() });
    expect(result.status).toBe('ABORTED');
    expect(calls).toEqual([]);
  });

  test('ends an execution that never rests', async () => {
    const controller = new AbortController();
    const definition = machine({
      Again: { Type: 'Choice', Choices: [{ Condition: true, Next: 'Again' }], Default: 'Never' },
      Never: { Type: 'Succeed' },
    });
    const { result } = await run(definition, {
      signal: controller.signal,
      onEvent: (event) => {
        if (event.type === 'stateExited') controller.abort();
      },
    });
    expect(result.status).toBe('ABORTED');
  });

  test('after its end changes nothing', async () => {
    const controller = new AbortController();
    const { result } = await run(machine({ Done: { Type: 'Succeed' } }), { signal: controller.signal });
    controller.abort();
    expect(result.status).toBe('SUCCEEDED');
  });
});

describe('nothing is left behind', () => {
  const busy = machine(
    {
      Both: {
        Type: 'Parallel',
        Branches: [
          { StartAt: 'Wait', States: { Wait: { Type: 'Wait', Seconds: 500, End: true } } },
          {
            StartAt: 'Work',
            States: {
              Work: {
                Type: 'Task',
                Resource: FUNCTION,
                TimeoutSeconds: 800,
                Retry: [{ ErrorEquals: ['Broken'], IntervalSeconds: 300 }],
                End: true,
              },
            },
          },
        ],
        End: true,
      },
    },
    { TimeoutSeconds: 5000 },
  );

  const endings: [string, number, Setup['task']][] = [
    ['it succeeded', 100_000, () => null],
    ['it failed', 100_000, () => fail('NoReport')],
    ['it was stopped while it waited for a retry', 10, () => fail('Broken')],
    ['it was stopped while a task ran', 10, () => new Promise<never>(() => {})],
  ];

  test.each(endings)('when %s: no event comes later', async (_, after, task) => {
    const { events, clock } = await stopped(busy, after, { task: task! });
    const count = events.length;
    await clock.sleep(10_000_000);
    expect(events).toHaveLength(count);
  });

  test.each(endings)('when %s: no listener stays on the signal', async (_, after, task) => {
    const { signal } = await stopped(busy, after, { task: task! });
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });

  test.each(endings)('when %s: nobody sleeps on the clock', async (_, after, task) => {
    class CountingClock extends VirtualClock {
      sleeping = 0;
      override async sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
        this.sleeping++;
        try {
          await super.sleep(milliseconds, signal);
        } finally {
          this.sleeping--;
        }
      }
    }
    const clock = new CountingClock(START);
    const controller = new AbortController();
    if (after < 1000) setImmediate(() => controller.abort());
    await run(busy, { clock, signal: controller.signal, task: task! });
    await new Promise((resolve) => setImmediate(resolve));
    expect(clock.sleeping).toBe(0);
  });
});
