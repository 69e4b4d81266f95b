import { describe, expect, test } from 'vitest';
import { errorOf, fail, FUNCTION, machine, outputOf, run } from './support.ts';

const echo = (name: string) => ({
  [name]: { Type: 'Pass', Output: [name, '{% $states.input %}'], End: true },
});
const catching = (
  Catch: { ErrorEquals: string[]; Next: string; [field: string]: unknown }[],
  fields: object = {},
) =>
  machine({
    Work: { Type: 'Task', Resource: FUNCTION, Catch, Next: 'Done', ...fields },
    ...echo('Done'),
    ...Object.assign({}, ...Catch.map(({ Next }) => echo(Next))),
  });
const broken = () => fail('Broken', 'it broke');

describe('which catcher', () => {
  test('the first that names the error, in order', async () => {
    const definition = catching([
      { ErrorEquals: ['Other'], Next: 'Done' },
      { ErrorEquals: ['Another', 'Broken'], Next: 'First' },
      { ErrorEquals: ['Broken'], Next: 'Second' },
      { ErrorEquals: ['States.ALL'], Next: 'Done' },
    ]);
    expect(await outputOf(definition, { task: broken })).toEqual(['First', expect.anything()]);
  });

  test('none: the execution fails with the error', async () => {
    const { result } = await run(catching([{ ErrorEquals: ['Other'], Next: 'First' }]), { task: broken });
    expect(result).toMatchObject({ status: 'FAILED', error: 'Broken', cause: 'it broke' });
  });

  test('without an error, none', async () => {
    const definition = catching([{ ErrorEquals: ['States.ALL'], Output: 'caught', Next: 'First' }]);
    expect(await outputOf(definition, { task: () => 'fine' })).toEqual(['Done', 'fine']);
  });

  test.each(['Broken', 'States.Timeout', 'States.Permissions', 'States.QueryEvaluationError'])(
    'States.ALL matches %s',
    async (error) => {
      const definition = catching([{ ErrorEquals: ['States.ALL'], Next: 'First' }]);
      expect(await outputOf(definition, { task: () => fail(error) })).toMatchObject([
        'First',
        { Error: error },
      ]);
    },
  );

  // 'States.ALL … cannot catch the States.DataLimitExceeded terminal error or Runtime error types.'
  test.each(['States.DataLimitExceeded', 'States.Runtime'])('States.ALL does not match %s', async (error) => {
    const definition = catching([{ ErrorEquals: ['States.ALL'], Next: 'First' }]);
    expect(await errorOf(definition, { task: () => fail(error) })).toBe(error);
  });

  // 'The name States.TaskFailed also acts a wildcard and matches any error except for States.Timeout.'
  test.each(['Broken', 'Lambda.Unknown', 'States.TaskFailed', 'States.QueryEvaluationError'])(
    'States.TaskFailed matches %s',
    async (error) => {
      const definition = catching([{ ErrorEquals: ['States.TaskFailed'], Next: 'First' }]);
      expect(await outputOf(definition, { task: () => fail(error) })).toMatchObject([
        'First',
        { Error: error },
      ]);
    },
  );

  test('States.TaskFailed does not match States.Timeout', async () => {
    const definition = catching(
      [
        { ErrorEquals: ['States.TaskFailed'], Next: 'First' },
        { ErrorEquals: ['States.Timeout'], Next: 'Second' },
      ],
      { TimeoutSeconds: 1 },
    );
    const output = await outputOf(definition, {
      task: async (call, clock) => {
        await clock.sleep(5000, call.signal);
        return null;
      },
    });
    expect(output).toMatchObject(['Second', { Error: 'States.Timeout' }]);
  });
});

describe('what the next state gets', () => {
  // 'If the "Output" field is not provided, the state output is the Error Output.'
  test('by default, the error output', async () => {
    expect(await outputOf(catching([{ ErrorEquals: ['Broken'], Next: 'First' }]), { task: broken })).toEqual([
      'First',
      { Error: 'Broken', Cause: 'it broke' },
    ]);
  });

  test('with Output, that, with the input and the error at hand', async () => {
    const definition = catching([
      {
        ErrorEquals: ['Broken'],
        Output: "{% $merge([ $states.input, {'error-info': $states.errorOutput} ]) %}",
        Next: 'First',
      },
    ]);
    expect(await outputOf(definition, { input: { day: 'Monday' }, task: broken })).toEqual([
      'First',
      { day: 'Monday', 'error-info': { Error: 'Broken', Cause: 'it broke' } },
    ]);
  });

  test("the state's own Output is not evaluated", async () => {
    const definition = catching([{ ErrorEquals: ['Broken'], Next: 'First' }], {
      Output: '{% $states.result.rows %}',
    });
    expect(await outputOf(definition, { task: broken })).toMatchObject(['First', { Error: 'Broken' }]);
  });

  test('Assign and Output see the variables of the entry of the state', async () => {
    const definition = machine({
      Start: { Type: 'Pass', Assign: { tries: 1 }, Next: 'Work' },
      Work: {
        Type: 'Task',
        Resource: FUNCTION,
        Catch: [
          {
            ErrorEquals: ['Broken'],
            Assign: { tries: '{% $tries + 1 %}' },
            Output: '{% $tries %}',
            Next: 'Look',
          },
        ],
        End: true,
      },
      Look: { Type: 'Pass', Output: { output: '{% $states.input %}', tries: '{% $tries %}' }, End: true },
    });
    expect(await outputOf(definition, { task: broken })).toEqual({ output: 1, tries: 2 });
  });

  test('a catcher can match the error with an expression, as in the specification', async () => {
    const definition = machine({
      Work: {
        Type: 'Task',
        Resource: FUNCTION,
        Catch: [
          {
            ErrorEquals: ['States.ALL'],
            Assign: { isCritical: '{% $contains($lowercase($states.errorOutput.Error), /.*fatal.*/)  %}' },
            Next: 'EndMachine',
          },
        ],
        Next: 'EndMachine',
      },
      EndMachine: { Type: 'Pass', Output: '{% $isCritical %}', End: true },
    });
    expect(await outputOf(definition, { task: () => fail('SomeFatalError') })).toBe(true);
  });

  test('the result, the error and where it leads are events in their order', async () => {
    const { events } = await run(catching([{ ErrorEquals: ['Broken'], Output: 'caught', Next: 'First' }]), {
      task: broken,
    });
    expect(events.map(({ type, state }) => [type, state])).toEqual([
      ['stateEntered', 'Work'],
      ['taskStarted', 'Work'],
      ['taskFailed', 'Work'],
      ['stateExited', 'Work'],
      ['stateEntered', 'First'],
      ['stateExited', 'First'],
    ]);
    expect(events[2]).toMatchObject({ error: 'Broken', cause: 'it broke' });
    expect(events[3]).toMatchObject({ output: 'caught' });
  });
});

describe('expressions that fail', () => {
  test.each([
    ['Arguments', { Arguments: '{% $states.input.missing %}' }],
    ['Output', { Output: '{% $states.result.missing %}' }],
    ['Assign', { Assign: { x: '{% $states.result.missing %}' } }],
    ['TimeoutSeconds', { TimeoutSeconds: "{% 'soon' %}" }],
  ])("a state's %s can be caught", async (_, fields) => {
    const definition = catching([{ ErrorEquals: ['States.QueryEvaluationError'], Next: 'First' }], fields);
    expect(await outputOf(definition, { task: () => ({}) })).toMatchObject([
      'First',
      { Error: 'States.QueryEvaluationError', Cause: expect.any(String) },
    ]);
  });

  test("a catcher's own are not caught by its state", async () => {
    const definition = catching([
      { ErrorEquals: ['Broken'], Output: '{% $states.errorOutput.missing %}', Next: 'First' },
      { ErrorEquals: ['States.ALL'], Next: 'Second' },
    ]);
    expect(await errorOf(definition, { task: broken })).toBe('States.QueryEvaluationError');
  });
});

const parallel = (states: Record<string, object>, Catch: object[]) =>
  machine({
    Both: {
      Type: 'Parallel',
      Branches: [{ StartAt: Object.keys(states)[0], States: states }],
      Catch,
      Next: 'Done',
    },
    Done: { Type: 'Pass', Output: ['Done', '{% $states.input %}'], End: true },
    Caught: { Type: 'Pass', Output: ['Caught', '{% $states.input %}'], End: true },
  });

describe('around branches', () => {
  test("a Parallel catches the error of a branch's Fail by its name", async () => {
    const definition = parallel({ No: { Type: 'Fail', Error: 'NoReport', Cause: 'it is Sunday' } }, [
      { ErrorEquals: ['NoReport'], Next: 'Caught' },
    ]);
    expect(await outputOf(definition)).toEqual(['Caught', { Error: 'NoReport', Cause: 'it is Sunday' }]);
  });

  test('nothing catches what a Choice in a branch could not decide', async () => {
    const definition = parallel(
      {
        Pick: { Type: 'Choice', Choices: [{ Condition: false, Next: 'End' }] },
        End: { Type: 'Succeed' },
      },
      [
        { ErrorEquals: ['States.NoChoiceMatched', 'States.Runtime'], Next: 'Caught' },
        { ErrorEquals: ['States.ALL'], Next: 'Caught' },
      ],
    );
    expect(await errorOf(definition)).toBe('States.Runtime');
  });

  test('a catch inside a branch is enough', async () => {
    const states = {
      Work: {
        Type: 'Task',
        Resource: FUNCTION,
        Catch: [{ ErrorEquals: ['Broken'], Output: 'mended', Next: 'End' }],
        End: true,
      },
      End: { Type: 'Succeed' },
    };
    const definition = parallel(states, [{ ErrorEquals: ['States.ALL'], Next: 'Caught' }]);
    expect(await outputOf(definition, { task: broken })).toEqual(['Done', ['mended']]);
  });

  test('a Map catches the error of an iteration, with its input at hand', async () => {
    const definition = machine({
      Each: {
        Type: 'Map',
        ItemProcessor: { StartAt: 'Work', States: { Work: { Type: 'Task', Resource: FUNCTION, End: true } } },
        Catch: [
          {
            ErrorEquals: ['Broken'],
            Output: { input: '{% $states.input %}', error: '{% $states.errorOutput.Error %}' },
            Next: 'Caught',
          },
        ],
        End: true,
      },
      Caught: { Type: 'Succeed' },
    });
    const output = await outputOf(definition, {
      input: [1, 2, 3],
      task: (call) => (call.arguments === 2 ? broken() : null),
    });
    expect(output).toEqual({ input: [1, 2, 3], error: 'Broken' });
  });
});
