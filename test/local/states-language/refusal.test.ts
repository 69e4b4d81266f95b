import { describe, expect, test } from 'vitest';
import { UnsupportedDefinitionError, loadStateMachine } from '../../../local/states-language/index.ts';
import { FUNCTION, machine, refusalOf } from './support.ts';

const done = { Type: 'Succeed' };
const working = { Type: 'Task', Resource: FUNCTION, Next: 'Done' };
const passing = { StartAt: 'Inner', States: { Inner: { Type: 'Pass', End: true } } };
/** A state machine of this one state, and of another that it may lead to. */
const only = (state: object) =>
  machine({ Only: state, ...(JSON.stringify(state).includes('"Done"') && { Done: done }) });

const load = (definition: unknown) => loadStateMachine(definition, (name) => name === FUNCTION);

test('a definition with a field of every kind is accepted', () => {
  const definition = {
    Comment: 'Everything that is supported.',
    QueryLanguage: 'JSONata',
    Version: '1.0',
    TimeoutSeconds: 3600,
    StartAt: 'Work',
    States: {
      Work: {
        Type: 'Task',
        Comment: 'Works.',
        QueryLanguage: 'JSONata',
        Resource: FUNCTION,
        Arguments: { a: '{% $states.input %}' },
        TimeoutSeconds: 60,
        Assign: { x: '{% $states.result %}' },
        Output: '{% $states.result %}',
        Retry: [
          {
            ErrorEquals: ['ErrorA', 'States.Timeout'],
            IntervalSeconds: 1,
            MaxAttempts: 0,
            BackoffRate: 1,
            MaxDelaySeconds: 2,
            JitterStrategy: 'NONE',
          },
          { ErrorEquals: ['States.ALL'], JitterStrategy: 'FULL' },
        ],
        Catch: [
          { ErrorEquals: ['States.ALL'], Assign: { y: 1 }, Output: {}, Next: 'Pick', Comment: 'Falls back.' },
        ],
        Next: 'Pick',
      },
      Pick: {
        Type: 'Choice',
        Choices: [
          {
            Condition: '{% $states.input = 1 %}',
            Assign: { x: 2 },
            Output: 1,
            Next: 'Wait',
            Comment: 'One.',
          },
        ],
        Default: 'Wait',
        Assign: { x: 3 },
        Output: 2,
      },
      Wait: { Type: 'Wait', Seconds: 1, Assign: { x: 3 }, Output: [], Next: 'Until' },
      Until: { Type: 'Wait', Timestamp: '2016-03-14T01:59:00Z', Next: 'Both' },
      Both: {
        Type: 'Parallel',
        Arguments: 1,
        Branches: [{ ...passing, Comment: 'A branch.' }],
        Retry: [],
        Catch: [],
        Next: 'Each',
      },
      Each: {
        Type: 'Map',
        Items: [1],
        ItemSelector: {},
        MaxConcurrency: 2,
        ItemProcessor: {
          ProcessorConfig: { Mode: 'INLINE' },
          StartAt: 'Item',
          States: { Item: { Type: 'Fail', Error: 'E', Cause: 'C', Comment: 'Fails.' } },
        },
        Retry: [],
        Catch: [],
        Next: 'Done',
      },
      Done: { Type: 'Succeed', Output: 1 },
    },
  };
  expect(() => load(definition)).not.toThrow();
});

test('all problems are listed at once, each with its place', () => {
  const refusal = refusalOf({
    QueryLanguage: 'JSONata',
    StartAt: 'Nowhere',
    States: {
      One: { Type: 'Pass', InputPath: '$.a', Next: 'Missing' },
      Two: { Type: 'Loop' },
      Three: { Type: 'Pass', Output: { deep: ['{% 1 + %}'] }, End: true },
      Four: {
        Type: 'Parallel',
        Branches: [{ StartAt: 'Five', States: { Five: { Type: 'Pass', Surprise: 1, End: true } } }],
        End: true,
      },
    },
  });
  for (const word of [
    'Nowhere',
    'One',
    'InputPath',
    'Missing',
    'Two',
    'Loop',
    'Three',
    'deep',
    'Five',
    'Surprise',
  ]) {
    expect(refusal).toContain(word);
  }
});

test('the error is an UnsupportedDefinitionError', () => {
  expect(() => loadStateMachine({}, () => true)).toThrow(UnsupportedDefinitionError);
});

describe('what is no state machine', () => {
  test.each([[null], ['text'], [42], [[]], [{}], [undefined]])('%j', (definition) => {
    expect(refusalOf(definition)).not.toBe('');
  });

  test('no states', () => {
    expect(refusalOf({ QueryLanguage: 'JSONata', StartAt: 'A' })).toContain('States');
    expect(refusalOf({ QueryLanguage: 'JSONata', StartAt: 'A', States: {} })).toContain('A');
  });

  test('no StartAt', () => {
    expect(refusalOf({ QueryLanguage: 'JSONata', States: { Done: done } })).toContain('StartAt');
  });

  test.each([[null], ['Pass'], [[]]])('a state that is no object: %j', (state) => {
    expect(refusalOf(machine({ Odd: state as unknown as object }))).toContain('Odd');
  });
});

describe('JSONPath', () => {
  // 'if omitted, the default value of "QueryLanguage" is "JSONPath"'
  test('as the query language by default', () => {
    expect(refusalOf({ StartAt: 'Done', States: { Done: done } })).toContain('QueryLanguage');
  });

  test('as the query language of the state machine', () => {
    expect(refusalOf(machine({ Done: done }, { QueryLanguage: 'JSONPath' }))).toContain('QueryLanguage');
  });

  test('as the query language of a state', () => {
    expect(refusalOf(machine({ Done: { ...done, QueryLanguage: 'JSONPath' } }))).toContain('QueryLanguage');
  });

  test.each([
    ['InputPath', { Type: 'Pass', InputPath: '$.a', End: true }],
    ['OutputPath', { Type: 'Succeed', OutputPath: '$.a' }],
    ['Parameters', { ...working, Parameters: { a: 1 } }],
    ['ResultSelector', { ...working, ResultSelector: {} }],
    ['ResultPath', { ...working, ResultPath: '$.a' }],
    ['Result', { Type: 'Pass', Result: 1, End: true }],
    ['TimeoutSecondsPath', { ...working, TimeoutSecondsPath: '$.a' }],
    ['SecondsPath', { Type: 'Wait', SecondsPath: '$.a', End: true }],
    ['TimestampPath', { Type: 'Wait', TimestampPath: '$.a', End: true }],
    ['ErrorPath', { Type: 'Fail', ErrorPath: '$.a' }],
    ['CausePath', { Type: 'Fail', CausePath: '$.a' }],
    ['ItemsPath', { Type: 'Map', ItemsPath: '$.a', ItemProcessor: passing, End: true }],
    ['MaxConcurrencyPath', { Type: 'Map', MaxConcurrencyPath: '$.a', ItemProcessor: passing, End: true }],
    ['Variable', { Type: 'Choice', Choices: [{ Variable: '$.a', StringEquals: 'a', Next: 'Done' }] }],
    ['ResultPath', { ...working, Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.e', Next: 'Done' }] }],
  ])('%s', (field, state) => {
    expect(refusalOf(only(state))).toContain(field);
  });
});

describe('what the engine does not do', () => {
  test.each([
    ['HeartbeatSeconds', { ...working, HeartbeatSeconds: 10, TimeoutSeconds: 60 }],
    ['Credentials', { ...working, Credentials: { RoleArn: 'arn:aws:iam::123456789012:role/Other' } }],
    ['ItemReader', { Type: 'Map', ItemReader: {}, ItemProcessor: passing, End: true }],
    ['ItemBatcher', { Type: 'Map', ItemBatcher: { MaxItemsPerBatch: 2 }, ItemProcessor: passing, End: true }],
    ['ResultWriter', { Type: 'Map', ResultWriter: {}, ItemProcessor: passing, End: true }],
    ['Label', { Type: 'Map', Label: 'mine', ItemProcessor: passing, End: true }],
    [
      'DISTRIBUTED',
      {
        Type: 'Map',
        ItemProcessor: { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' }, ...passing },
        End: true,
      },
    ],
  ])('%s', (field, state) => {
    expect(refusalOf(only(state))).toContain(field);
  });

  test('waiting for a task token', () => {
    const Resource = 'arn:aws:states:::lambda:invoke.waitForTaskToken';
    expect(refusalOf(only({ ...working, Resource }), () => true)).toMatch(/task token/i);
  });

  test.each([
    ['an argument that is ignored', { FunctionName: FUNCTION, Qualifier: 'live' }, 'Arguments.Qualifier'],
    ['no function', { Payload: {} }, 'Arguments.FunctionName: is required'],
    ['a text for arguments', 'all', 'Arguments.FunctionName: is required'],
  ])('an invocation of a function with %s', (_, Arguments, problem) => {
    const Resource = 'arn:aws:states:::lambda:invoke';
    expect(refusalOf(only({ Type: 'Task', Resource, Arguments, End: true }), () => true)).toContain(problem);
  });

  test('an argument that whoever runs the resource does not know', () => {
    const state = { Type: 'Task', Resource: 'arn:put', Arguments: { Key: 'a', Tagging: 'b' }, End: true };
    const refusal = refusalOf(only(state), () => ['Key']);
    expect(refusal).toContain('Arguments.Tagging: not implemented');
    expect(refusal).not.toContain('Arguments.Key');
  });

  test('a resource that nobody runs', () => {
    const Resource = 'arn:aws:states:::sns:publish';
    const refusal = refusalOf(only({ ...working, Resource }));
    expect(refusal).toContain('Only');
    expect(refusal).toContain(Resource);
  });

  test('a resource that nobody runs, inside a branch of a branch', () => {
    const nested = { StartAt: 'Deep', States: { Deep: { Type: 'Task', Resource: 'arn:other', End: true } } };
    const inner = { StartAt: 'Each', States: { Each: { Type: 'Map', ItemProcessor: nested, End: true } } };
    expect(refusalOf(only({ Type: 'Parallel', Branches: [inner], End: true }))).toContain('arn:other');
  });
});

describe('unknown fields and types', () => {
  test.each([
    ['in the state machine', machine({ Done: done }, { Timeout: 5 }), 'Timeout'],
    ['in a state', only({ Type: 'Pass', Outptu: 1, End: true }), 'Outptu'],
    ['in a field of another type of state', only({ Type: 'Pass', Seconds: 1, End: true }), 'Seconds'],
    ['in a retrier', only({ ...working, Retry: [{ ErrorEquals: ['E'], Interval: 1 }] }), 'Interval'],
    ['in a catcher', only({ ...working, Catch: [{ ErrorEquals: ['E'], Next: 'Done', Goto: 1 }] }), 'Goto'],
    [
      'in a Choice rule',
      only({ Type: 'Choice', Choices: [{ Condition: true, Next: 'Done', Then: 1 }] }),
      'Then',
    ],
    ['in a branch', only({ Type: 'Parallel', Branches: [{ ...passing, Start: 1 }], End: true }), 'Start'],
    [
      'in an ItemProcessor',
      only({ Type: 'Map', ItemProcessor: { ...passing, Mode: 'INLINE' }, End: true }),
      'Mode',
    ],
    ['a type', only({ Type: 'Loop', End: true }), 'Loop'],
    ['a type in another case', only({ Type: 'pass', End: true }), 'pass'],
    ['no type', only({ End: true }), 'Type'],
  ])('%s', (_, definition, field) => {
    expect(refusalOf(definition)).toContain(field);
  });

  // The table 'State Types and Fields (JSONata)' of the specification.
  test.each([
    ['Assign', { Type: 'Succeed', Assign: { x: 1 } }],
    ['Assign', { Type: 'Fail', Assign: { x: 1 } }],
    ['Output', { Type: 'Fail', Output: 1 }],
    ['Arguments', { Type: 'Pass', Arguments: 1, End: true }],
    ['Arguments', { Type: 'Map', Arguments: 1, ItemProcessor: passing, End: true }],
    ['Retry', { Type: 'Pass', Retry: [], End: true }],
    ['Catch', { Type: 'Wait', Seconds: 1, Catch: [], End: true }],
    ['Catch', { Type: 'Choice', Choices: [{ Condition: true, Next: 'Done' }], Catch: [] }],
    ['TimeoutSeconds', { Type: 'Parallel', Branches: [passing], TimeoutSeconds: 5, End: true }],
    ['Next', { Type: 'Succeed', Next: 'Done' }],
    ['Next', { Type: 'Fail', Next: 'Done' }],
    ['End', { Type: 'Choice', Choices: [{ Condition: true, Next: 'Done' }], End: true }],
    ['Next', { Type: 'Choice', Choices: [{ Condition: true, Next: 'Done' }], Next: 'Done' }],
  ])('%s where it is not allowed: %j', (field, state) => {
    expect(refusalOf(only(state))).toContain(field);
  });
});

describe('transitions', () => {
  test.each([
    ['StartAt', { ...machine({ Done: done }), StartAt: 'Nowhere' }],
    ['StartAt in another case', { ...machine({ Nowhere1: done }), StartAt: 'nowhere1' }],
    ['Next', only({ Type: 'Pass', Next: 'Nowhere' })],
    ['Default', only({ Type: 'Choice', Choices: [{ Condition: true, Next: 'Done' }], Default: 'Nowhere' })],
    ['Next of a Choice rule', only({ Type: 'Choice', Choices: [{ Condition: true, Next: 'Nowhere' }] })],
    ['Next of a catcher', only({ ...working, Catch: [{ ErrorEquals: ['E'], Next: 'Nowhere' }] })],
    [
      'StartAt of a branch',
      only({ Type: 'Parallel', Branches: [{ ...passing, StartAt: 'Nowhere' }], End: true }),
    ],
  ])('to a state that does not exist: %s', (_, definition) => {
    expect(refusalOf(definition)).toMatch(/nowhere/i);
  });

  // 'states in a branch's "States" field can transition only to each other, and no state outside of that "States"
  // field can transition into it'
  test('out of a branch', () => {
    const leaving = { StartAt: 'Inner', States: { Inner: { Type: 'Pass', Next: 'Done' } } };
    expect(refusalOf(only({ Type: 'Parallel', Branches: [leaving], Next: 'Done' }))).toMatch(/Inner.*Done/s);
    expect(refusalOf(only({ Type: 'Map', ItemProcessor: leaving, Next: 'Done' }))).toMatch(/Inner.*Done/s);
  });

  test('into a branch', () => {
    expect(refusalOf(only({ Type: 'Parallel', Branches: [passing], Next: 'Inner' }))).toMatch(/Only.*Inner/s);
  });

  // AWS asks this of the state machine as a whole, not of its branches.
  test('that never come to an end', () => {
    const around = { Again: { Type: 'Pass', Next: 'Pick' }, Pick: { Type: 'Choice', Default: 'Again' } };
    const choices = [{ Condition: true, Next: 'Again' }];
    const loop = { StartAt: 'Again', States: { ...around, Pick: { ...around.Pick, Choices: choices } } };
    expect(refusalOf({ QueryLanguage: 'JSONata', ...loop })).toContain('States: no state is an end');
    expect(() => load(only({ Type: 'Parallel', Branches: [loop], Next: 'Done' }))).not.toThrow();
  });

  test.each([
    ['neither Next nor End', { Type: 'Pass' }],
    ['both Next and End', { Type: 'Pass', Next: 'Done', End: true }],
    ['End that is false', { Type: 'Pass', End: false }],
    ['End that is no boolean', { Type: 'Pass', End: 'true' }],
    ['Next that is no string', { Type: 'Pass', Next: 1 }],
  ])('%s', (_, state) => {
    expect(refusalOf(only(state))).toContain('Only');
  });
});

describe('names', () => {
  // 'The state name MUST be unique within the scope of the entire state machine, and its length MUST BE less than or
  // equal to 80 Unicode characters.'
  test('of two states that are the same, even in a branch', () => {
    const branch = { StartAt: 'Done', States: { Done: { Type: 'Pass', End: true } } };
    expect(refusalOf(only({ Type: 'Parallel', Branches: [branch], Next: 'Done' }))).toContain('Done');
  });

  test('of up to 80 characters', () => {
    expect(() => load(machine({ ['é'.repeat(80)]: done }))).not.toThrow();
    expect(refusalOf(machine({ ['é'.repeat(81)]: done }))).toContain('80');
  });
});

describe('values', () => {
  test.each([
    ['TimeoutSeconds of the state machine: 0', machine({ Only: done }, { TimeoutSeconds: 0 })],
    ['TimeoutSeconds of the state machine: "60"', machine({ Only: done }, { TimeoutSeconds: '60' })],
    ['TimeoutSeconds: 0', only({ ...working, TimeoutSeconds: 0 })],
    ['TimeoutSeconds: 1.5', only({ ...working, TimeoutSeconds: 1.5 })],
    ['TimeoutSeconds: "60"', only({ ...working, TimeoutSeconds: '60' })],
    ['Resource: missing', only({ Type: 'Task', End: true })],
    ['Resource: an expression', only({ ...working, Resource: "{% 'arn' %}" })],
    ['Seconds: -1', only({ Type: 'Wait', Seconds: -1, End: true })],
    ['Seconds: 1.5', only({ Type: 'Wait', Seconds: 1.5, End: true })],
    ['Seconds: "10"', only({ Type: 'Wait', Seconds: '10', End: true })],
    ['Seconds: over 99999999', only({ Type: 'Wait', Seconds: 100_000_000, End: true })],
    ['Timestamp: without a zone', only({ Type: 'Wait', Timestamp: '2016-03-14T01:59:00', End: true })],
    ['Timestamp: a date', only({ Type: 'Wait', Timestamp: '2016-03-14', End: true })],
    [
      'Seconds and Timestamp',
      only({ Type: 'Wait', Seconds: 1, Timestamp: '2016-03-14T01:59:00Z', End: true }),
    ],
    ['neither Seconds nor Timestamp', only({ Type: 'Wait', End: true })],
    ['Error: a number', only({ Type: 'Fail', Error: 42 })],
    ['Assign: an array', only({ Type: 'Pass', Assign: [], End: true })],
    ['Assign: an expression', only({ Type: 'Pass', Assign: "{% {'a': 1} %}", End: true })],
    ['Choices: missing', only({ Type: 'Choice', Default: 'Done' })],
    ['Choices: empty', only({ Type: 'Choice', Choices: [], Default: 'Done' })],
    ['Condition: missing', only({ Type: 'Choice', Choices: [{ Next: 'Done' }] })],
    ['Condition: a number', only({ Type: 'Choice', Choices: [{ Condition: 1, Next: 'Done' }] })],
    ['Condition: text', only({ Type: 'Choice', Choices: [{ Condition: 'true', Next: 'Done' }] })],
    ['Next of a Choice rule: missing', only({ Type: 'Choice', Choices: [{ Condition: true }] })],
    ['Branches: missing', only({ Type: 'Parallel', End: true })],
    ['Branches: an object', only({ Type: 'Parallel', Branches: passing, End: true })],
    ['ItemProcessor: missing', only({ Type: 'Map', End: true })],
    ['Items: a number', only({ Type: 'Map', Items: 42, ItemProcessor: passing, End: true })],
    ['Items: text', only({ Type: 'Map', Items: '$.items', ItemProcessor: passing, End: true })],
    ['MaxConcurrency: -1', only({ Type: 'Map', MaxConcurrency: -1, ItemProcessor: passing, End: true })],
    ['MaxConcurrency: 1.5', only({ Type: 'Map', MaxConcurrency: 1.5, ItemProcessor: passing, End: true })],
    ['Retry: an object', only({ ...working, Retry: { ErrorEquals: ['E'] } })],
    ['ErrorEquals: missing', only({ ...working, Retry: [{}] })],
    ['ErrorEquals: empty', only({ ...working, Retry: [{ ErrorEquals: [] }] })],
    [
      'ErrorEquals: States.BranchFailed',
      only({ ...working, Retry: [{ ErrorEquals: ['States.BranchFailed'] }] }),
    ],
    ['ErrorEquals: a string', only({ ...working, Retry: [{ ErrorEquals: 'E' }] })],
    ['IntervalSeconds: 0', only({ ...working, Retry: [{ ErrorEquals: ['E'], IntervalSeconds: 0 }] })],
    [
      'IntervalSeconds: an expression',
      only({ ...working, Retry: [{ ErrorEquals: ['E'], IntervalSeconds: '{% 1 %}' }] }),
    ],
    ['MaxAttempts: -1', only({ ...working, Retry: [{ ErrorEquals: ['E'], MaxAttempts: -1 }] })],
    [
      'MaxAttempts: over 99999999',
      only({ ...working, Retry: [{ ErrorEquals: ['E'], MaxAttempts: 100_000_000 }] }),
    ],
    ['BackoffRate: 0.5', only({ ...working, Retry: [{ ErrorEquals: ['E'], BackoffRate: 0.5 }] })],
    ['MaxDelaySeconds: 0', only({ ...working, Retry: [{ ErrorEquals: ['E'], MaxDelaySeconds: 0 }] })],
    [
      'MaxDelaySeconds: 31622400',
      only({ ...working, Retry: [{ ErrorEquals: ['E'], MaxDelaySeconds: 31_622_400 }] }),
    ],
    [
      'JitterStrategy: SAMPLE',
      only({ ...working, Retry: [{ ErrorEquals: ['E'], JitterStrategy: 'SAMPLE' }] }),
    ],
    ['States.ALL with others', only({ ...working, Retry: [{ ErrorEquals: ['E', 'States.ALL'] }] })],
    [
      'States.ALL before others',
      only({ ...working, Retry: [{ ErrorEquals: ['States.ALL'] }, { ErrorEquals: ['E'] }] }),
    ],
    [
      'States.ALL with others in Catch',
      only({ ...working, Catch: [{ ErrorEquals: ['E', 'States.ALL'], Next: 'Done' }] }),
    ],
    [
      'States.ALL before others in Catch',
      only({
        ...working,
        Catch: [
          { ErrorEquals: ['States.ALL'], Next: 'Done' },
          { ErrorEquals: ['E'], Next: 'Done' },
        ],
      }),
    ],
    ['Next of a catcher: missing', only({ ...working, Catch: [{ ErrorEquals: ['E'] }] })],
  ])('%s', (name, definition) => {
    const refusal = refusalOf(definition);
    expect(refusal).toMatch(name.startsWith('TimeoutSeconds of') ? /TimeoutSeconds/ : /Only/);
  });
});

describe('expressions with syntax errors', () => {
  test.each([
    ['Output', { Type: 'Pass', Output: { a: ['{% 1 + %}'] }, End: true }],
    ['Assign', { Type: 'Pass', Assign: { a: '{% (1 %}' }, End: true }],
    ['Arguments', { ...working, Arguments: "{% 'open %}" }],
    ['TimeoutSeconds', { ...working, TimeoutSeconds: '{% ) %}' }],
    ['Condition', { Type: 'Choice', Choices: [{ Condition: '{% a b %}', Next: 'Done' }] }],
    ['Seconds', { Type: 'Wait', Seconds: '{% %}', End: true }],
    ['Timestamp', { Type: 'Wait', Timestamp: '{% [ %}', End: true }],
    ['Error', { Type: 'Fail', Error: '{% & %}' }],
    ['Items', { Type: 'Map', Items: '{% [1..] %}', ItemProcessor: passing, End: true }],
    ['ItemSelector', { Type: 'Map', ItemSelector: { a: '{% { %}' }, ItemProcessor: passing, End: true }],
    ['Catch', { ...working, Catch: [{ ErrorEquals: ['E'], Output: '{% ] %}', Next: 'Done' }] }],
  ])('in %s', (field, state) => {
    const refusal = refusalOf(only(state));
    expect(refusal).toContain('Only');
    expect(refusal).toContain(field);
  });
});
