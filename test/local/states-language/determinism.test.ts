import { expect, test } from 'vitest';
import { fail, FUNCTION, machine, run } from './support.ts';

/** The same numbers at each run. */
function numbers() {
  let state = 42;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

const retry = [{ ErrorEquals: ['Broken'], IntervalSeconds: 30, MaxAttempts: 5, JitterStrategy: 'FULL' }];
const definition = machine({
  Draw: {
    Type: 'Pass',
    Assign: {
      id: '{% $uuid() %}',
      number: '{% $random() %}',
      seeded: '{% $random(7) %}',
      at: '{% $now() %}',
    },
    Next: 'Both',
  },
  Both: {
    Type: 'Parallel',
    Branches: [
      {
        StartAt: 'Left',
        States: {
          Left: { Type: 'Task', Resource: FUNCTION, Arguments: '{% $id %}', Retry: retry, End: true },
        },
      },
      {
        StartAt: 'Each',
        States: {
          Each: {
            Type: 'Map',
            Items: [1, 2, 3, 4, 5],
            MaxConcurrency: 2,
            ItemProcessor: {
              StartAt: 'Item',
              States: { Item: { Type: 'Task', Resource: FUNCTION, Retry: retry, End: true } },
            },
            End: true,
          },
        },
      },
    ],
    Next: 'Wait',
  },
  Wait: { Type: 'Wait', Seconds: '{% $floor($number * 100) %}', End: true },
});

const once = (random = numbers()) =>
  run(definition, {
    random,
    task: async (call, clock, attempt) => {
      await clock.sleep(1000 * (attempt % 3), call.signal);
      return attempt % 2 === 0 ? fail('Broken', `attempt ${attempt}`) : attempt;
    },
  });

test('the same start and the same random numbers give the same execution, event by event', async () => {
  const first = await once();
  const second = await once();
  expect(first.events.filter((event) => event.type === 'retryScheduled').length).toBeGreaterThan(3);
  expect(second.events).toEqual(first.events);
  expect(second.result).toEqual(first.result);
  expect(second.seconds).toBe(first.seconds);
});

test('other random numbers give another', async () => {
  const first = await once();
  const second = await once(() => 0.5);
  expect(second.events).not.toEqual(first.events);
});

test('executions at the same time do not disturb each other', async () => {
  const alone = await once();
  const [first, second] = await Promise.all([once(), once()]);
  expect(first.events).toEqual(alone.events);
  expect(second.events).toEqual(alone.events);
});

test('an event never comes before the one in front of it', async () => {
  const { events } = await once();
  const times = events.map(({ at }) => at);
  expect(times).toEqual([...times].sort((a, b) => a - b));
});
