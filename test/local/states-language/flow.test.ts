import { describe, expect, test } from 'vitest';
import { errorOf, machine, outputOf, run } from './support.ts';

const entered = async (definition: object, input = {}) => {
  const { events } = await run(definition, { input });
  return events.flatMap((event) => (event.type === 'stateEntered' ? [event.state] : []));
};

describe('Pass, Next and End', () => {
  test('a Pass without Output copies its input to its output', async () => {
    const definition = machine({ Copy: { Type: 'Pass', End: true } });
    expect(await outputOf(definition, { input: { day: 'Monday', hours: [7, 7.5] } })).toEqual({
      day: 'Monday',
      hours: [7, 7.5],
    });
  });

  test("a state's output is the next state's input", async () => {
    const definition = machine({
      Two: { Type: 'Pass', Output: 2, Next: 'Four' },
      Four: { Type: 'Pass', Output: '{% $states.input * 2 %}', Next: 'Eight' },
      Eight: { Type: 'Pass', Output: '{% $states.input * 2 %}', End: true },
    });
    expect(await outputOf(definition)).toBe(8);
  });

  test('the order of the states in the definition does not matter', async () => {
    const definition = {
      QueryLanguage: 'JSONata',
      StartAt: 'First',
      States: {
        Last: { Type: 'Succeed' },
        Second: { Type: 'Pass', Next: 'Last' },
        First: { Type: 'Pass', Next: 'Second' },
      },
    };
    expect(await entered(definition)).toEqual(['First', 'Second', 'Last']);
  });

  test.each([[true], [42], ['text'], [null], [[1, 'two']], [{ nested: { deep: [] } }]])(
    'Output can be any JSON value: %j',
    async (value) => {
      expect(await outputOf(machine({ Fixed: { Type: 'Pass', Output: value, End: true } }))).toEqual(value);
    },
  );
});

describe('Succeed', () => {
  test('ends the execution with its input', async () => {
    expect(await outputOf(machine({ Done: { Type: 'Succeed' } }), { input: ['as', 'is'] })).toEqual([
      'as',
      'is',
    ]);
  });

  test('transforms its input with Output, as in the example of the developer guide', async () => {
    const definition = machine({
      'Basic Input and Output': {
        QueryLanguage: 'JSONata',
        Type: 'Succeed',
        Output: {
          lastName: "{% 'Last=>' & $states.input.customer.lastName %}",
          orderValue: '{% $states.input.order.total %}',
        },
      },
    });
    const input = {
      customer: { firstName: 'Martha', lastName: 'Rivera' },
      order: { items: 7, total: 27.91 },
    };
    expect(await outputOf(definition, { input })).toEqual({ lastName: 'Last=>Rivera', orderValue: 27.91 });
  });
});

describe('Fail', () => {
  test('fails the execution with its Error and Cause', async () => {
    const { result } = await run(machine({ No: { Type: 'Fail', Error: 'ErrorA', Cause: 'Kaiju attack' } }));
    expect(result).toMatchObject({ status: 'FAILED', error: 'ErrorA', cause: 'Kaiju attack' });
  });

  test('takes Error and Cause from expressions', async () => {
    const definition = machine({
      No: {
        Type: 'Fail',
        Error: '{% $states.input.Error %}',
        Cause: "{% 'because ' & $states.input.Cause %}",
      },
    });
    const { result } = await run(definition, { input: { Error: 'NoReport', Cause: 'it is Sunday' } });
    expect(result).toMatchObject({ status: 'FAILED', error: 'NoReport', cause: 'because it is Sunday' });
  });

  test('needs neither Error nor Cause', async () => {
    const { result } = await run(machine({ No: { Type: 'Fail' } }));
    expect(result.status).toBe('FAILED');
    expect(result).not.toHaveProperty('error', expect.any(String));
  });

  // 'JSONata strings for the "Error" and "Cause" fields whose values, when evaluated, MUST be string values'
  test('an Error that does not evaluate to a string is a query evaluation error', async () => {
    const definition = machine({ No: { Type: 'Fail', Error: '{% 42 %}' } });
    expect(await errorOf(definition)).toBe('States.QueryEvaluationError');
  });
});

describe('Choice', () => {
  const sizes = machine({
    Size: {
      Type: 'Choice',
      Choices: [
        { Condition: '{% $states.input.hours > 40 %}', Next: 'Long' },
        { Condition: '{% $states.input.hours > 20 %}', Next: 'Medium' },
      ],
      Default: 'Short',
    },
    Long: { Type: 'Pass', Output: 'long', End: true },
    Medium: { Type: 'Pass', Output: 'medium', End: true },
    Short: { Type: 'Pass', Output: 'short', End: true },
  });

  test.each([
    [50, 'long'],
    [30, 'medium'],
    [10, 'short'],
  ])('of the rules that hold, the first decides; without any, Default: %i hours', async (hours, size) => {
    expect(await outputOf(sizes, { input: { hours } })).toBe(size);
  });

  test('the rules after the one that holds are not evaluated', async () => {
    const definition = machine({
      Pick: {
        Type: 'Choice',
        Choices: [
          { Condition: true, Next: 'Done' },
          { Condition: "{% $error('not to be evaluated') %}", Next: 'Done' },
        ],
      },
      Done: { Type: 'Succeed' },
    });
    expect(await outputOf(definition, { input: 'ok' })).toBe('ok');
  });

  // AWS; the specification has the error States.NoChoiceMatched.
  test('without a match and without Default, the execution fails with States.Runtime', async () => {
    const definition = machine({
      Pick: { Type: 'Choice', Choices: [{ Condition: false, Next: 'Done' }] },
      Done: { Type: 'Succeed' },
    });
    const { result } = await run(definition);
    expect(result).toMatchObject({
      error: 'States.Runtime',
      cause:
        "An error occurred while executing the state 'Pick' (entered at the event id #2). " +
        'Failed to transition out of the state. The state does not point to a next state.',
    });
  });

  // 'a JSONata string that must evaluate to a boolean value'
  test.each(['{% 1 %}', "{% 'true' %}", '{% $states.input.missing %}', '{% [true] %}', '{% null %}'])(
    'a Condition that is not a boolean is a query evaluation error: %s',
    async (Condition) => {
      const definition = machine({
        Pick: { Type: 'Choice', Choices: [{ Condition, Next: 'Done' }], Default: 'Done' },
        Done: { Type: 'Succeed' },
      });
      expect(await errorOf(definition)).toBe('States.QueryEvaluationError');
    },
  );

  const withOutputs = machine({
    Pick: {
      Type: 'Choice',
      Choices: [
        {
          Condition: "{% $states.input = 'with' %}",
          Output: "{% $states.input & ' output of the rule' %}",
          Next: 'Done',
        },
        { Condition: "{% $states.input = 'without' %}", Next: 'Done' },
      ],
      Output: "{% $states.input & ' output of the state' %}",
      Default: 'Done',
    },
    Done: { Type: 'Succeed' },
  });

  // 'If an "Output" field is not provided, the state input is passed through to its output.'
  test.each([
    ['with', 'with output of the rule'],
    ['without', 'without'],
    ['neither', 'neither output of the state'],
  ])("the chosen rule's Output counts, and the state's only for Default: %s", async (input, output) => {
    expect(await outputOf(withOutputs, { input })).toBe(output);
  });

  // The example "DispatchEvent" of the States Language specification.
  const dispatch = machine({
    Value: { Type: 'Pass', Assign: { value: '{% $states.input.value %}' }, Next: 'DispatchEvent' },
    DispatchEvent: {
      Type: 'Choice',
      Choices: [
        { Condition: "{% $states.input.type != 'Private' %}", Next: 'Public' },
        {
          Condition: "{% $exists($value) and $type($value)='number' and $value>=20 and $value<30 %}",
          Assign: { range: 'twenties' },
          Next: 'ValueInTwenties',
        },
        {
          Condition: '{% $states.input.rating >= $states.input.auditThreshold %}',
          Output: { excess: '{% $states.input.rating - $states.input.auditThreshold %}' },
          Next: 'StartAudit',
        },
      ],
      Default: 'RecordEvent',
      Assign: { range: 'default' },
    },
    Public: { Type: 'Pass', Output: 'public', End: true },
    ValueInTwenties: {
      Type: 'Pass',
      Output: { range: '{% $range %}', type: '{% $states.input.type %}' },
      End: true,
    },
    StartAudit: { Type: 'Succeed' },
    RecordEvent: { Type: 'Pass', Output: '{% $range %}', End: true },
  });

  test.each([
    [{ type: 'Public', value: 1 }, 'public'],
    [
      { type: 'Private', value: 23 },
      { range: 'twenties', type: 'Private' },
    ],
    [{ type: 'Private', value: 1, rating: 5, auditThreshold: 3 }, { excess: 2 }],
    [{ type: 'Private', value: 1, rating: 1, auditThreshold: 3 }, 'default'],
  ])('dispatches as the example of the specification: %j', async (input, output) => {
    expect(await outputOf(dispatch, { input })).toEqual(output);
  });
});
