import { describe, expect, test } from 'vitest';
import type { VirtualClock } from '../../../local/clock.ts';
import type { Json, TaskCall } from '../../../local/states-language/index.ts';
import { errorOf, fail, FUNCTION, machine, outputOf, run } from './support.ts';

const processor = (fields: object) => ({ StartAt: 'Item', States: { Item: { End: true, ...fields } } });
const map = (fields: object = {}, item: object = { Type: 'Pass' }) =>
  machine({ Each: { Type: 'Map', ItemProcessor: processor(item), End: true, ...fields } });
const tasks = (fields: object = {}) => map(fields, { Type: 'Task', Resource: FUNCTION });

const shipped = [
  { prod: 'R31', 'dest-code': 9511, quantity: 1344 },
  { prod: 'S39', 'dest-code': 9511, quantity: 40 },
  { prod: 'R31', 'dest-code': 9833, quantity: 12 },
];
const detail = { 'delivery-partner': 'UQS', shipped };

describe('items', () => {
  // 'If a Map State has neither an "ItemReader" nor an "Items" field, the items array will be the state input'
  test('are by default the input', async () => {
    const definition = map({}, { Type: 'Pass', Output: '{% $states.input * 2 %}' });
    expect(await outputOf(definition, { input: [1, 2, 3] })).toEqual([2, 4, 6]);
  });

  test('come from Items', async () => {
    const { calls } = await run(tasks({ Items: '{% $states.input.detail.shipped %}' }), {
      input: { detail },
    });
    expect(calls.map((call) => call.arguments)).toEqual(shipped);
  });

  // '"Items": [1, "{% $two %}", 3]'
  test('can be an array with expressions in it', async () => {
    const definition = map({ Items: [1, '{% $states.input.two %}', { deep: ['{% 1 + 2 %}'] }] });
    expect(await outputOf(definition, { input: { two: 2 } })).toEqual([1, 2, { deep: [3] }]);
  });

  test('without any, nothing runs, and the result is an empty array', async () => {
    const { result, calls } = await run(tasks(), { input: [] });
    expect(result).toMatchObject({ status: 'SUCCEEDED', output: [] });
    expect(calls).toEqual([]);
  });

  test('of one item gives a result of one', async () => {
    expect(await outputOf(map(), { input: ['only'] })).toEqual(['only']);
  });

  // 'The "Items" field … MUST evaluate to a JSON array'
  test.each([[42], ['text'], [null], [true]])('are an error when they are no array: %j', async (items) => {
    expect(await errorOf(map({ Items: '{% $states.input.items %}' }), { input: { items } })).toBe(
      'States.QueryEvaluationError',
    );
  });

  test('are an error when a filter left a single one, which JSONata gives without its array', async () => {
    const input = { hours: [6, 7, 8] };
    expect(await errorOf(map({ Items: '{% $states.input.hours[$ > 7] %}' }), { input })).toBe(
      'States.QueryEvaluationError',
    );
    expect(await outputOf(map({ Items: '{% [$states.input.hours[$ > 7]] %}' }), { input })).toEqual([8]);
  });

  test('the input by default must be an array', async () => {
    const { result, calls } = await run(tasks(), { input: { no: 'array' } });
    expect(result.status).toBe('FAILED');
    expect(calls).toEqual([]);
  });

  test('a failing Items can be caught', async () => {
    const definition = machine({
      Each: {
        Type: 'Map',
        Items: '{% $states.input.missing %}',
        ItemProcessor: processor({ Type: 'Pass' }),
        Catch: [{ ErrorEquals: ['States.QueryEvaluationError'], Output: 'caught', Next: 'End' }],
        Next: 'End',
      },
      End: { Type: 'Succeed' },
    });
    expect(await outputOf(definition)).toBe('caught');
  });
});

describe('ItemSelector', () => {
  // The example "Validate-All" of the specification.
  test("gives each iteration its input, from the item and from the state's input", async () => {
    const definition = tasks({
      Items: '{% $states.input.detail.shipped %}',
      ItemSelector: {
        parcel: '{% $states.context.Map.Item.Value %}',
        courier: "{% $lookup($states.input.detail, 'delivery-partner') %}",
        index: '{% $states.context.Map.Item.Index %}',
      },
    });
    const { calls } = await run(definition, { input: { detail } });
    expect(calls.map((call) => call.arguments)).toEqual(
      shipped.map((parcel, index) => ({ parcel, courier: 'UQS', index })),
    );
  });

  test('can be an expression as a whole', async () => {
    const definition = map({ ItemSelector: '{% $states.context.Map.Item.Index * 10 %}' });
    expect(await outputOf(definition, { input: ['a', 'b'] })).toEqual([0, 10]);
  });

  test('sees the variables of its scope', async () => {
    const definition = machine({
      Set: { Type: 'Pass', Assign: { factor: 3 }, Next: 'Each' },
      Each: {
        Type: 'Map',
        ItemSelector: '{% $states.context.Map.Item.Value * $factor %}',
        ItemProcessor: processor({ Type: 'Pass' }),
        End: true,
      },
    });
    expect(await outputOf(definition, { input: [1, 2] })).toEqual([3, 6]);
  });

  test('of a Map in a Map is about the inner item', async () => {
    const inner = {
      Type: 'Map',
      ItemSelector: '{% $states.context.Map.Item.Value & "@" & $states.context.Map.Item.Index %}',
      ItemProcessor: { StartAt: 'Inner', States: { Inner: { Type: 'Pass', End: true } } },
    };
    expect(await outputOf(map({}, inner), { input: [['a'], ['b', 'c']] })).toEqual([['a@0'], ['b@0', 'c@1']]);
  });
});

describe('results', () => {
  test('come in the order of the items, whichever ends first', async () => {
    const definition = map({}, { Type: 'Wait', Seconds: '{% $states.input %}' });
    const { result, seconds } = await run(definition, { input: [9, 1, 5] });
    expect(result).toMatchObject({ status: 'SUCCEEDED', output: [9, 1, 5] });
    expect(seconds).toBe(9);
  });

  test('Output and Assign see them, and the input of the state', async () => {
    const definition = machine({
      Each: {
        Type: 'Map',
        Items: '{% $states.input.list %}',
        ItemProcessor: processor({ Type: 'Pass', Output: '{% $states.input + 1 %}' }),
        Assign: { all: '{% $states.result %}' },
        Output: { sum: '{% $sum($states.result) %}', of: '{% $count($states.input.list) %}' },
        Next: 'Look',
      },
      Look: { Type: 'Pass', Output: ['{% $states.input %}', '{% $all %}'], End: true },
    });
    expect(await outputOf(definition, { input: { list: [1, 2] } })).toEqual([{ sum: 5, of: 2 }, [2, 3]]);
  });

  test('an item that an iteration changes stays as it was for the others and for the state', async () => {
    const output = await outputOf(tasks({ Output: ['{% $states.result %}', '{% $states.input %}'] }), {
      input: [{ n: 1 }],
      task: (call) => {
        (call.arguments as { n: number }).n += 1;
        return call.arguments;
      },
    });
    expect(output).toEqual([[{ n: 2 }], [{ n: 1 }]]);
  });

  test('a Succeed ends only its iteration', async () => {
    const definition = machine({
      Each: {
        Type: 'Map',
        ItemProcessor: {
          StartAt: 'Pick',
          States: {
            Pick: {
              Type: 'Choice',
              Choices: [{ Condition: '{% $states.input > 1 %}', Next: 'Large' }],
              Default: 'Small',
            },
            Large: { Type: 'Succeed', Output: 'large' },
            Small: { Type: 'Pass', Output: 'small', End: true },
          },
        },
        End: true,
      },
    });
    expect(await outputOf(definition, { input: [1, 2] })).toEqual(['small', 'large']);
  });
});

/** How many tasks of ten seconds ran at the same time, and when each started. */
const measure = async (fields: object, count: number) => {
  let running = 0;
  let most = 0;
  const { calls } = await run(tasks(fields), {
    input: Array.from({ length: count }, (_, index) => index),
    task: async (call, clock) => {
      most = Math.max(most, ++running);
      await clock.sleep(10_000, call.signal);
      running--;
      return call.arguments;
    },
  });
  return { most, starts: calls.map(({ second }) => second), items: calls.map((call) => call.arguments) };
};

describe('MaxConcurrency', () => {
  test('by default, all items run at once', async () => {
    expect(await measure({}, 5)).toMatchObject({ most: 5, starts: [0, 0, 0, 0, 0] });
  });

  test('0 places no limit either', async () => {
    expect(await measure({ MaxConcurrency: 0 }, 5)).toMatchObject({ most: 5, starts: [0, 0, 0, 0, 0] });
  });

  test('limits how many run at once; the next starts when one ends', async () => {
    expect(await measure({ MaxConcurrency: 2 }, 5)).toMatchObject({ most: 2, starts: [0, 0, 10, 10, 20] });
  });

  test('1 takes one item after the other in their order', async () => {
    expect(await measure({ MaxConcurrency: 1 }, 3)).toEqual({
      most: 1,
      starts: [0, 10, 20],
      items: [0, 1, 2],
    });
  });

  test('from an expression', async () => {
    expect(await measure({ MaxConcurrency: '{% $count($states.input) - 3 %}' }, 5)).toMatchObject({
      most: 2,
    });
  });

  // 'In this mode, the Map state supports up to 40 concurrent iterations.'
  test('an inline Map never runs more than 40 at once', async () => {
    expect(await measure({}, 100)).toMatchObject({ most: 40 });
  });

  test('a new iteration does not wait for the slowest of the ones before', async () => {
    const { calls } = await run(tasks({ MaxConcurrency: 2 }), {
      input: [30, 10, 10, 10],
      task: async (call, clock) => {
        await clock.sleep((call.arguments as number) * 1000, call.signal);
        return null;
      },
    });
    expect(calls.map(({ second }) => second)).toEqual([0, 0, 10, 20]);
  });

  // 'which MUST evaluate to a non-negative integer'
  test.each([['2'], [-1], [1.5], [null]])(
    'an expression that gives no such number is a query evaluation error: %j',
    async (limit) => {
      const definition = map({ Items: [1], MaxConcurrency: '{% $states.input.limit %}' });
      expect(await errorOf(definition, { input: { limit } })).toBe('States.QueryEvaluationError');
    },
  );
});

const failingAt =
  (index: number) =>
  async (call: TaskCall, clock: VirtualClock): Promise<Json> => {
    const { item, seconds } = call.arguments as { item: number; seconds: number };
    await clock.sleep(seconds * 1000, call.signal);
    return item === index ? fail('Broken', `item ${item}`) : item;
  };

describe('failure', () => {
  // 'If any iteration fails … the entire Map State is considered to have failed and all the iterations are
  // terminated.'
  test('of one iteration fails the state at once and aborts the others', async () => {
    const input = [
      { item: 0, seconds: 100 },
      { item: 1, seconds: 3 },
      { item: 2, seconds: 100 },
    ];
    const { result, calls, seconds } = await run(tasks(), { input, task: failingAt(1) });
    expect(result).toMatchObject({ status: 'FAILED', error: 'Broken', cause: 'item 1' });
    expect(seconds).toBe(3);
    expect(calls.map(({ signal }) => signal.aborted)).toEqual([true, expect.anything(), true]);
  });

  // 'In Inline mode … the failure of any iteration causes the Map state to fail.' AWS takes the fields all the same.
  test.each(['ToleratedFailureCount', 'ToleratedFailurePercentage'])(
    'is not tolerated inline by %s',
    async (field) => {
      const input = [0, 1].map((item) => ({ item, seconds: 1 }));
      const { result } = await run(tasks({ [field]: 100 }), { input, task: failingAt(1) });
      expect(result).toMatchObject({ status: 'FAILED', error: 'Broken' });
    },
  );

  test('keeps the items that have not started from starting', async () => {
    const input = [0, 1, 2, 3].map((item) => ({ item, seconds: 1 }));
    const { calls } = await run(tasks({ MaxConcurrency: 1 }), { input, task: failingAt(1) });
    expect(calls).toHaveLength(2);
  });

  test('by a Fail state fails the Map with its error', async () => {
    const definition = machine({
      Each: {
        Type: 'Map',
        ItemProcessor: {
          StartAt: 'No',
          States: { No: { Type: 'Fail', Error: 'NoReport', Cause: 'at all' } },
        },
        End: true,
      },
    });
    const { result } = await run(definition, { input: [1, 2] });
    expect(result).toMatchObject({ status: 'FAILED', error: 'NoReport', cause: 'at all' });
  });

  test('that an iteration catches itself is none', async () => {
    const definition = machine({
      Each: {
        Type: 'Map',
        ItemProcessor: {
          StartAt: 'Item',
          States: {
            Item: {
              Type: 'Task',
              Resource: FUNCTION,
              Catch: [{ ErrorEquals: ['Broken'], Output: 'mended', Next: 'End' }],
              End: true,
            },
            End: { Type: 'Succeed' },
          },
        },
        End: true,
      },
    });
    const output = await outputOf(definition, {
      input: [1, 2, 3],
      task: (call) => (call.arguments === 2 ? fail('Broken') : call.arguments),
    });
    expect(output).toEqual([1, 'mended', 3]);
  });
});
