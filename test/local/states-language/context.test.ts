import { expect, test } from 'vitest';
import type { Json } from '../../../local/states-language/index.ts';
import { errorOf, fail, FUNCTION, machine, outputOf, run, START } from './support.ts';

const pass = (Output: Json) => machine({ Look: { Type: 'Pass', Output, End: true } });

test('tells the name, input and start of the execution', async () => {
  const definition = machine({
    Wait: { Type: 'Wait', Seconds: 60, Output: 'not the input of the execution', Next: 'Look' },
    Look: { Type: 'Pass', Output: '{% $states.context.Execution %}', End: true },
  });
  const execution = (await outputOf(definition, { name: 'monday-export', input: { day: 'Monday' } })) as {
    StartTime: string;
    Id: string;
  };
  expect(execution).toMatchObject({ Name: 'monday-export', Input: { day: 'Monday' } });
  expect(Date.parse(execution.StartTime)).toBe(Date.parse(START));
  expect(execution.Id).toMatch(/:monday-export$/);
});

test('tells the state machine', async () => {
  expect(await outputOf(pass('{% $states.context.StateMachine %}'))).toEqual({
    Id: expect.any(String),
    Name: expect.any(String),
  });
});

test('tells the state and when it was entered', async () => {
  const definition = machine({
    Wait: { Type: 'Wait', Seconds: 60, Next: 'Look' },
    Look: { Type: 'Pass', Output: '{% $states.context.State %}', End: true },
  });
  const state = (await outputOf(definition)) as { Name: string; EnteredTime: string };
  expect(state.Name).toBe('Look');
  expect(Date.parse(state.EnteredTime)).toBe(Date.parse('2026-03-02T06:01:00Z'));
});

test('a state that takes time was entered when it began', async () => {
  const definition = machine({
    Wait: { Type: 'Wait', Seconds: 60, Output: '{% $states.context.State.EnteredTime %}', End: true },
  });
  expect(Date.parse((await outputOf(definition)) as string)).toBe(Date.parse(START));
});

test('counts the retries of a state, over all its retriers, while it stays entered', async () => {
  const definition = machine({
    Work: {
      Type: 'Task',
      Resource: FUNCTION,
      Arguments: ['{% $states.context.State.RetryCount %}', '{% $states.context.State.EnteredTime %}'],
      Retry: [{ ErrorEquals: ['ErrorA'] }, { ErrorEquals: ['ErrorB'] }],
      End: true,
    },
  });
  const { calls } = await run(definition, {
    task: (_, __, attempt) => (attempt < 3 ? fail(['ErrorA', 'ErrorB', 'ErrorA'][attempt]!) : null),
  });
  const seen = calls.map((call) => call.arguments as [number, string]);
  expect(seen.map(([count]) => count)).toEqual([0, 1, 2, 3]);
  expect(new Set(seen.map(([, entered]) => entered)).size).toBe(1);
});

test('starts to count anew when the state is entered again', async () => {
  const definition = machine({
    Start: { Type: 'Pass', Assign: { round: 0 }, Next: 'Work' },
    Work: {
      Type: 'Task',
      Resource: FUNCTION,
      Arguments: '{% $states.context.State.RetryCount %}',
      Retry: [{ ErrorEquals: ['States.ALL'] }],
      Assign: { round: '{% $round + 1 %}' },
      Next: 'Again',
    },
    Again: { Type: 'Choice', Choices: [{ Condition: '{% $round < 2 %}', Next: 'Work' }], Default: 'End' },
    End: { Type: 'Succeed' },
  });
  const { calls } = await run(definition, {
    task: (_, __, attempt) => (attempt % 2 === 0 ? fail('Broken') : null),
  });
  expect(calls.map((call) => call.arguments)).toEqual([0, 1, 0, 1]);
});

// Recorded on AWS: RetryCount is there in the states that can retry, and in no other.
test('tells a RetryCount only in a Task, a Parallel and a Map', async () => {
  const Output = '{% $exists($states.context.State.RetryCount) %}';
  const inner = (name: string) => ({
    StartAt: name,
    States: { [name]: { Type: 'Pass', Output: { [name]: Output }, End: true } },
  });
  const definition = machine({
    Pass: { Type: 'Pass', Assign: { pass: Output }, Next: 'Wait' },
    Wait: { Type: 'Wait', Seconds: 1, Assign: { wait: Output }, Next: 'Choice' },
    Choice: {
      Type: 'Choice',
      Choices: [{ Condition: Output, Next: 'Wrong' }],
      Default: 'Task',
      Assign: { choice: Output },
    },
    Wrong: { Type: 'Fail', Cause: 'RetryCount in a Condition' },
    Task: { Type: 'Task', Resource: FUNCTION, Assign: { task: Output }, Next: 'Parallel' },
    Parallel: {
      Type: 'Parallel',
      Branches: [inner('branch')],
      Output: ['{% $states.result[0] %}', Output],
      Next: 'Map',
    },
    Map: {
      Type: 'Map',
      ItemSelector: { selector: Output, of: '{% $states.context.State.Name %}' },
      ItemProcessor: inner('iteration'),
      Assign: { map: Output, inner: '{% [$states.input[0], $states.result] %}' },
      Next: 'Succeed',
    },
    Succeed: {
      Type: 'Succeed',
      Output: { seen: '{% [$pass, $wait, $choice, $task, $map] %}', inner: '{% $inner %}', succeed: Output },
    },
  });
  expect(await outputOf(definition)).toEqual({
    seen: [false, false, false, true, true],
    inner: [{ branch: false }, { iteration: false }, { iteration: false }],
    succeed: false,
  });
});

test("an ItemSelector sees the Map's own state and how often it was retried", async () => {
  const definition = machine({
    Each: {
      Type: 'Map',
      Items: [1],
      ItemSelector: ['{% $states.context.State.Name %}', '{% $states.context.State.RetryCount %}'],
      ItemProcessor: { StartAt: 'Work', States: { Work: { Type: 'Task', Resource: FUNCTION, End: true } } },
      Retry: [{ ErrorEquals: ['Broken'] }],
      End: true,
    },
  });
  const { calls } = await run(definition, {
    task: (_, __, attempt) => (attempt < 1 ? fail('Broken') : null),
  });
  expect(calls.map((call) => call.arguments)).toEqual([
    ['Each', 0],
    ['Each', 1],
  ]);
});

test('in a Fail, tells no RetryCount', async () => {
  const Error = "{% $exists($states.context.State.RetryCount) ? 'Some' : 'None' %}";
  expect(await errorOf(machine({ No: { Type: 'Fail', Error } }))).toBe('None');
});

// Recorded on AWS. The example of the developer guide has a Source beside them, 'STATE_DATA'.
test('tells the item of a Map and its index in its ItemSelector', async () => {
  const definition = machine({
    ExampleMapState: {
      Type: 'Map',
      ItemSelector: { item: '{% $states.context.Map.Item %}' },
      ItemProcessor: {
        ProcessorConfig: { Mode: 'INLINE' },
        StartAt: 'TestPass',
        States: { TestPass: { Type: 'Pass', End: true } },
      },
      End: true,
    },
  });
  expect(await outputOf(definition, { input: [{ who: 'bob' }, { who: 'meg' }] })).toEqual([
    { item: { Index: 0, Value: { who: 'bob' } } },
    { item: { Index: 1, Value: { who: 'meg' } } },
  ]);
});

const branch = (name: string) => ({
  StartAt: name,
  States: {
    [name]: {
      Type: 'Pass',
      Output: ['{% $states.context.State.Name %}', '{% $states.context.Execution.Name %}'],
      End: true,
    },
  },
});

test('in a branch, tells the state of the branch', async () => {
  const definition = machine({
    Both: { Type: 'Parallel', Branches: [branch('Left'), branch('Right')], End: true },
  });
  expect(await outputOf(definition)).toEqual([
    ['Left', 'monday-export'],
    ['Right', 'monday-export'],
  ]);
});
