import { describe, expect, test } from 'vitest';
import { errorOf, fail, FUNCTION, machine, outputOf, refusalOf, run } from './support.ts';

describe('Assign', () => {
  test('a variable is there in every later state', async () => {
    const definition = machine({
      FirstState: { Type: 'Pass', Assign: { make: 'Infiniti', model: 'G35', year: 2006 }, Next: 'Between' },
      Between: { Type: 'Wait', Seconds: 0, Next: 'SecondState' },
      SecondState: { Type: 'Pass', Output: "{% $year & ' ' & $make & ' ' & $model %}", End: true },
    });
    expect(await outputOf(definition)).toBe('2006 Infiniti G35');
  });

  // The example of the developer guide: '# Ending values: $x=6, $nextX=3'
  test('evaluates all its expressions with the values at the entry of the state, whatever their order', async () => {
    const definition = machine({
      Start: { Type: 'Pass', Assign: { x: 3, a: 6 }, Next: 'Move' },
      Move: { Type: 'Pass', Assign: { x: '{% $a %}', nextX: '{% $x %}' }, Next: 'Swap' },
      Swap: { Type: 'Pass', Assign: { nextX: '{% $x %}', x: '{% $nextX %}' }, Next: 'End' },
      End: { Type: 'Pass', Output: ['{% $x %}', '{% $nextX %}'], End: true },
    });
    expect(await outputOf(definition)).toEqual([3, 6]);
  });

  test('takes effect in the next state: Output of the same state sees the old value', async () => {
    const definition = machine({
      Start: { Type: 'Pass', Assign: { x: 'old' }, Next: 'Change' },
      Change: { Type: 'Pass', Assign: { x: 'new' }, Output: '{% $x %}', Next: 'End' },
      End: { Type: 'Pass', Output: { output: '{% $states.input %}', now: '{% $x %}' }, End: true },
    });
    expect(await outputOf(definition)).toEqual({ output: 'old', now: 'new' });
  });

  // 'If $x had not been previously assigned, the example would fail because $x would be undefined.'
  test('cannot use a variable that it gives its first value', async () => {
    const definition = machine({ Count: { Type: 'Pass', Assign: { n: '{% $n + 1 %}' }, End: true } });
    expect(await errorOf(definition)).toBe('States.QueryEvaluationError');
  });

  test('a loop counts with a variable', async () => {
    const definition = machine({
      Start: { Type: 'Pass', Assign: { n: 0 }, Next: 'Count' },
      Count: { Type: 'Pass', Assign: { n: '{% $n + 1 %}' }, Next: 'Enough' },
      Enough: { Type: 'Choice', Choices: [{ Condition: '{% $n < 5 %}', Next: 'Count' }], Default: 'End' },
      End: { Type: 'Pass', Output: '{% $n %}', End: true },
    });
    expect(await outputOf(definition)).toBe(5);
  });

  test('gives objects with expressions inside, and whole new values', async () => {
    const definition = machine({
      Set: {
        Type: 'Pass',
        Assign: { job: { id: '{% $states.input %}', tries: [1] }, gone: null },
        Next: 'Replace',
      },
      Replace: { Type: 'Pass', Assign: { job: { id: '{% $job.id & "b" %}' } }, Next: 'End' },
      End: { Type: 'Pass', Output: ['{% $job %}', '{% $gone %}'], End: true },
    });
    expect(await outputOf(definition, { input: 'a' })).toEqual([{ id: 'ab' }, null]);
  });

  // 'a variable assigned inside a JSONata expression does not affect the value of any state machine variable'
  test('is the only way to change a variable', async () => {
    const definition = machine({
      Start: { Type: 'Pass', Assign: { x: 1 }, Next: 'Inside' },
      Inside: { Type: 'Pass', Output: ['{% ($x := 2; $x) %}', '{% $x %}'], Next: 'End' },
      End: { Type: 'Pass', Output: { inside: '{% $states.input %}', x: '{% $x %}' }, End: true },
    });
    expect(await outputOf(definition)).toEqual({ inside: [2, 1], x: 1 });
  });

  test.each(['Task', 'Wait', 'Parallel', 'Map'])('works in a %s', async (Type) => {
    const passing = { StartAt: 'Inner', States: { Inner: { Type: 'Pass', End: true } } };
    const fields = {
      Task: { Resource: FUNCTION },
      Wait: { Seconds: 1 },
      Parallel: { Branches: [passing] },
      Map: { Items: [1], ItemProcessor: passing },
    }[Type];
    const definition = machine({
      Set: { Type, ...fields, Assign: { x: 'assigned' }, Next: 'End' },
      End: { Type: 'Pass', Output: '{% $x %}', End: true },
    });
    expect(await outputOf(definition)).toBe('assigned');
  });

  test('in a Task, keeps parts of the raw result', async () => {
    const definition = machine({
      'Get Current Price': {
        Type: 'Task',
        Resource: FUNCTION,
        Assign: {
          product: '{% $states.input.order.product %}',
          price: '{% $states.result.Payload.current_price %}',
        },
        Output: 'dropped',
        Next: 'End',
      },
      End: { Type: 'Pass', Output: ['{% $product %}', '{% $price %}'], End: true },
    });
    const output = await outputOf(definition, {
      input: { order: { product: 'tea' } },
      task: () => ({ Payload: { current_price: 12.5 } }),
    });
    expect(output).toEqual(['tea', 12.5]);
  });

  const choice = machine({
    Start: { Type: 'Pass', Assign: { by: 'nobody' }, Next: 'Pick' },
    Pick: {
      Type: 'Choice',
      Choices: [
        { Condition: "{% $states.input = 'assigning' %}", Assign: { by: 'rule' }, Next: 'End' },
        { Condition: "{% $states.input = 'silent' %}", Next: 'End' },
      ],
      Assign: { by: 'state' },
      Default: 'End',
    },
    End: { Type: 'Pass', Output: '{% $by %}', End: true },
  });

  // 'If a Choice Rule is chosen, the interpreter evaluates the Choice Rule's "Assign" field, if any, and does not
  // evaluate the state's top-level "Assign" field.'
  test.each([
    ['assigning', 'rule'],
    ['silent', 'nobody'],
    ['neither', 'state'],
  ])("in a Choice, the chosen rule's counts, and the state's only without one: %s", async (input, by) => {
    expect(await outputOf(choice, { input })).toBe(by);
  });

  test("when a Catcher matches, the Catcher's counts and the state's is not evaluated", async () => {
    const definition = machine({
      Start: { Type: 'Pass', Assign: { x: 'old', y: 'old' }, Next: 'Work' },
      Work: {
        Type: 'Task',
        Resource: FUNCTION,
        Assign: { x: 'by the state', y: 'by the state' },
        Catch: [{ ErrorEquals: ['Broken'], Assign: { x: '{% $states.errorOutput.Error %}' }, Next: 'End' }],
        Next: 'End',
      },
      End: { Type: 'Pass', Output: ['{% $x %}', '{% $y %}'], End: true },
    });
    expect(await outputOf(definition, { task: () => fail('Broken') })).toEqual(['Broken', 'old']);
  });

  test('a failing expression assigns nothing', async () => {
    const definition = machine({
      Start: { Type: 'Pass', Assign: { x: 'old' }, Next: 'Work' },
      Work: {
        Type: 'Task',
        Resource: FUNCTION,
        Assign: { x: 'new', y: '{% $states.result.missing %}' },
        Catch: [{ ErrorEquals: ['States.QueryEvaluationError'], Next: 'End' }],
        Next: 'End',
      },
      End: { Type: 'Pass', Output: '{% $x %}', End: true },
    });
    expect(await outputOf(definition)).toBe('old');
  });
});

const assigning = (name: string) => machine({ Set: { Type: 'Pass', Assign: { [name]: 1 }, End: true } });

describe('the names of variables', () => {
  test.each(['x', 'élan', 'été2026', 'a_b', '变量', 'x'.repeat(80)])('%s is one', async (name) => {
    const definition = machine({
      Set: { Type: 'Pass', Assign: { [name]: 'value' }, Next: 'End' },
      End: { Type: 'Pass', Output: `{% $${name} %}`, End: true },
    });
    expect(await outputOf(definition)).toBe('value');
  });

  test.each(['', '1st', 'x.y', 'x[2]', '$x', 'a b', 'a-b', 'x'.repeat(81)])('"%s" is none', (name) => {
    expect(refusalOf(assigning(name))).toContain('Set');
  });

  test('"states" is reserved', () => {
    expect(refusalOf(assigning('states'))).toContain('states');
  });
});

const branch = (suffix: string, Assign: object) => ({
  StartAt: `Set${suffix}`,
  States: {
    [`Set${suffix}`]: { Type: 'Pass', Assign, Next: `Wait${suffix}` },
    [`Wait${suffix}`]: { Type: 'Wait', Seconds: 1, Next: `Get${suffix}` },
    [`Get${suffix}`]: { Type: 'Pass', Output: '{% $mine %}', End: true },
  },
});

describe('scopes', () => {
  // The example of the States Language specification.
  test('an iteration reads outer variables, and the outer scope goes on with its own', async () => {
    const definition = machine({
      'Get Greeting': { Type: 'Pass', Assign: { outer: 'hello' }, Next: 'Greet Everyone' },
      'Greet Everyone': {
        Type: 'Map',
        ItemProcessor: {
          StartAt: 'Begin',
          States: {
            Begin: { Type: 'Pass', Assign: { inner: 'world', hi: '{% $outer %}' }, Next: 'End' },
            End: { Type: 'Succeed', Output: '{% $hi %}' },
          },
        },
        Assign: { outer: 2 },
        Next: 'Goodbye',
      },
      Goodbye: { Type: 'Succeed', Output: ['{% $outer %}', '{% $states.input %}'] },
    });
    expect(await outputOf(definition, { input: ['a', 'b'] })).toEqual([2, ['hello', 'hello']]);
  });

  test('each branch has its own value of a variable of the same name', async () => {
    const definition = machine({
      Both: { Type: 'Parallel', Branches: [branch('1', { mine: 1 }), branch('2', { mine: 2 })], End: true },
    });
    expect(await outputOf(definition)).toEqual([1, 2]);
  });

  test('each iteration has its own value of a variable', async () => {
    const definition = machine({
      Each: { Type: 'Map', ItemProcessor: branch('', { mine: '{% $states.input * 10 %}' }), End: true },
    });
    expect(await outputOf(definition, { input: [1, 2, 3] })).toEqual([10, 20, 30]);
  });

  test("a branch does not see another branch's variables", async () => {
    const definition = machine({
      Both: { Type: 'Parallel', Branches: [branch('1', { mine: 1 }), branch('2', { other: 2 })], End: true },
    });
    expect(await errorOf(definition)).toBe('States.QueryEvaluationError');
  });

  test('the variables of a branch are gone after its Parallel', async () => {
    const definition = machine({
      Both: { Type: 'Parallel', Branches: [branch('1', { mine: 1 })], Next: 'After' },
      After: { Type: 'Pass', Output: '{% $exists($mine) %}', End: true },
    });
    expect(await outputOf(definition)).toBe(false);
  });

  test('inner scopes nest', async () => {
    const definition = machine({
      Set: { Type: 'Pass', Assign: { one: 1 }, Next: 'Outer' },
      Outer: {
        Type: 'Parallel',
        Branches: [
          {
            StartAt: 'SetTwo',
            States: {
              SetTwo: { Type: 'Pass', Assign: { two: 2 }, Next: 'Inner' },
              Inner: {
                Type: 'Map',
                Items: [3],
                ItemProcessor: {
                  StartAt: 'Sum',
                  States: { Sum: { Type: 'Pass', Output: '{% $one + $two + $states.input %}', End: true } },
                },
                End: true,
              },
            },
          },
        ],
        End: true,
      },
    });
    expect(await outputOf(definition)).toEqual([[6]]);
  });

  // 'states in inner scopes MUST NOT assign to a variable with the same name as a variable in an outer scope'
  test.each(['Parallel', 'Map'])('a state inside a %s must not assign an outer variable', (Type) => {
    const inner = { StartAt: 'Inner', States: { Inner: { Type: 'Pass', Assign: { taken: 2 }, End: true } } };
    const definition = machine({
      Outside: {
        Type,
        ...(Type === 'Map' ? { ItemProcessor: inner } : { Branches: [inner] }),
        Next: 'Later',
      },
      // 'A variable exists in a scope if any state in the scope assigns a value to it', even a later one.
      Later: { Type: 'Pass', Assign: { taken: 1 }, End: true },
    });
    const refusal = refusalOf(definition);
    expect(refusal).toContain('Inner');
    expect(refusal).toContain('taken');
  });

  test('the Assign of a Catcher and of a Choice rule make outer variables, too', () => {
    const refusal = refusalOf(
      machine({
        Work: {
          Type: 'Task',
          Resource: FUNCTION,
          Catch: [{ ErrorEquals: ['States.ALL'], Assign: { caught: true }, Next: 'Pick' }],
          Next: 'Pick',
        },
        Pick: {
          Type: 'Choice',
          Choices: [{ Condition: true, Assign: { chosen: true }, Next: 'Outside' }],
          Default: 'Outside',
        },
        Outside: {
          Type: 'Parallel',
          Branches: [
            {
              StartAt: 'Inner',
              States: { Inner: { Type: 'Pass', Assign: { caught: 1, chosen: 1 }, End: true } },
            },
          ],
          End: true,
        },
      }),
    );
    expect(refusal).toContain('caught');
    expect(refusal).toContain('chosen');
  });

  // By the letter `taken` is an outer name, but AWS runs such definitions.
  test('the Catcher of a Parallel may assign a name that its branch assigns', async () => {
    const definition = machine({
      Outside: {
        Type: 'Parallel',
        Branches: [
          { StartAt: 'Inner', States: { Inner: { Type: 'Pass', Assign: { taken: 1 }, End: true } } },
        ],
        Catch: [{ ErrorEquals: ['States.ALL'], Assign: { taken: 2 }, Next: 'End' }],
        Next: 'End',
      },
      End: { Type: 'Succeed' },
    });
    expect((await run(definition)).result.status).toBe('SUCCEEDED');
  });

  // 'When handling errors, the Assign field in a Catch can assign values to variables in the outer scope, that is,
  // the scope in which the Parallel/Map state exists.'
  test('the Catcher of a Parallel assigns in the scope of the Parallel', async () => {
    const definition = machine({
      Both: {
        Type: 'Parallel',
        Branches: [{ StartAt: 'No', States: { No: { Type: 'Fail', Error: 'Broken' } } }],
        Catch: [
          { ErrorEquals: ['Broken'], Assign: { failed: '{% $states.errorOutput.Error %}' }, Next: 'End' },
        ],
        End: true,
      },
      End: { Type: 'Pass', Output: '{% $failed %}', End: true },
    });
    expect(await outputOf(definition)).toBe('Broken');
  });

  test('a retried Parallel starts its branches without the variables of the attempt before', async () => {
    const definition = machine({
      Try: {
        Type: 'Parallel',
        Branches: [
          {
            StartAt: 'Set',
            States: {
              Set: { Type: 'Pass', Output: '{% $exists($mine) %}', Assign: { mine: 1 }, Next: 'Work' },
              Work: { Type: 'Task', Resource: FUNCTION, Output: '{% $states.input %}', End: true },
            },
          },
        ],
        Retry: [{ ErrorEquals: ['Broken'] }],
        End: true,
      },
    });
    const output = await outputOf(definition, {
      task: (_, __, attempt) => (attempt === 0 ? fail('Broken') : null),
    });
    expect(output).toEqual([false]);
  });
});
