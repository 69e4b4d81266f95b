import { describe, expect, test } from 'vitest';
import type { RuleResource } from '../../../../local/assembly/assembly.ts';
import { VirtualClock } from '../../../../local/clock.ts';
import {
  createStepFunctions,
  loadStateMachines,
  type StepFunctions,
} from '../../../../local/aws/step-functions/step-functions.ts';
import {
  type Json,
  TaskFailure,
  UnsupportedDefinitionError,
} from '../../../../local/states-language/index.ts';

const arnOf = (name: string) => `arn:aws:states:eu-west-3:000000000000:stateMachine:${name}`;
const executionOf = (machine: string, name: string) =>
  `arn:aws:states:eu-west-3:000000000000:execution:${machine}:${name}`;

const machineOf = (states: Record<string, object>, more: object = {}) => ({
  QueryLanguage: 'JSONata',
  StartAt: Object.keys(states)[0],
  States: states,
  ...more,
});

/** A function that answers what it is given. */
const echo = 'arn:aws:lambda:eu-west-3:000000000000:function:Echo';

/** A parent's call of a child. */
const callChild = (more: object = {}) => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::states:startExecution.sync:2',
  Arguments: { StateMachineArn: arnOf('Child'), Name: '{% $states.input.name %}', Input: { from: 'parent' } },
  End: true,
  ...more,
});
const parent = machineOf({ Call: callChild() });
const succeeding = machineOf({ Work: { Type: 'Pass', Output: { answer: 42 }, End: true } });
const failing = machineOf({ Work: { Type: 'Fail', Error: 'ChildError', Cause: 'so it is' } });
const waiting = machineOf({ Work: { Type: 'Wait', Seconds: 60, End: true } });

interface World extends StepFunctions {
  clock: VirtualClock;
}

function createWorld(machines: Record<string, object>, rules: RuleResource[] = []): World {
  const clock = new VirtualClock('2026-11-02T05:00:00Z');
  const resources = Object.entries(machines).map(([name, definition]) => ({ arn: arnOf(name), definition }));
  const stepFunctions = createStepFunctions({
    stateMachines: loadStateMachines(resources, [echo]),
    rules,
    clock,
    services: {
      s3: undefined as never,
      dynamoDb: undefined as never,
      invokeFunction: async (_, event) => event,
    },
  });
  return { ...stepFunctions, clock };
}

const run = (world: World, machine: string, name: string, input: Json = { name: 'child' }) =>
  world.run(arnOf(machine), { name, input });

/** The description of a child that failed its parent. */
const causeOf = (result: object) => JSON.parse((result as { cause: string }).cause) as Record<string, Json>;

describe('a state that starts an execution and waits for its end', () => {
  test('gets the description of one that succeeded, its output as JSON', async () => {
    const world = createWorld({ Parent: parent, Child: succeeding });
    expect(await run(world, 'Parent', 'p')).toMatchObject({
      status: 'SUCCEEDED',
      output: {
        ExecutionArn: executionOf('Child', 'child'),
        Status: 'SUCCEEDED',
        Input: '{"from":"parent"}',
        Output: { answer: 42 },
      },
    });
  });

  test.each([
    ['fails', failing, { Status: 'FAILED', Error: 'ChildError', Cause: 'so it is' }],
    ['times out', { ...waiting, TimeoutSeconds: 10 }, { Status: 'TIMED_OUT' }],
  ])('fails with the description of one that %s', async (_, child, description) => {
    const result = await run(createWorld({ Parent: parent, Child: child }), 'Parent', 'p');
    expect(result).toMatchObject({ status: 'FAILED', error: 'States.TaskFailed' });
    expect(causeOf(result)).toMatchObject(description);
  });

  test('fails when the execution is stopped', async () => {
    const world = createWorld({ Parent: parent, Child: waiting });
    void world.clock.sleep(5_000).then(() => world.stop(executionOf('Child', 'child')));
    expect(causeOf(await run(world, 'Parent', 'p'))).toMatchObject({ Status: 'ABORTED' });
  });

  test('stops it when it is stopped itself, or takes too long', async () => {
    const world = createWorld({
      Parent: parent,
      Impatient: machineOf({ Call: callChild({ TimeoutSeconds: 5 }) }),
      Child: waiting,
    });
    void world.clock.sleep(5_000).then(() => world.stop(executionOf('Parent', 'p')));
    expect(await run(world, 'Parent', 'p', { name: 'first' })).toMatchObject({ status: 'ABORTED' });
    expect(await run(world, 'Impatient', 'i', { name: 'second' })).toMatchObject({ error: 'States.Timeout' });
    await world.clock.sleep(0);
    const ends = world.events.map(({ detail }) => detail as { name: string; status: string });
    expect(ends).toMatchObject(
      expect.arrayContaining([
        expect.objectContaining({ name: 'first', status: 'ABORTED' }),
        expect.objectContaining({ name: 'second', status: 'ABORTED' }),
      ]),
    );
  });

  test('joins one of the same name and input that runs, and is refused any other of that name', async () => {
    const world = createWorld({ Parent: parent, Child: waiting });
    const both = await Promise.all([run(world, 'Parent', 'a'), run(world, 'Parent', 'b')]);
    expect(both.map(({ status }) => status)).toEqual(['SUCCEEDED', 'SUCCEEDED']);
    expect(world.clock.now()).toBe(Date.parse('2026-11-02T05:01:00Z'));
    expect(await run(world, 'Parent', 'c')).toMatchObject({
      error: 'StepFunctions.ExecutionAlreadyExistsException',
    });
  });

  test('gives it a name where the state has none', async () => {
    const nameless = callChild({ Arguments: { StateMachineArn: arnOf('Child'), Input: {} } });
    const world = createWorld({ Parent: machineOf({ Call: nameless }), Child: succeeding });
    const results = [await run(world, 'Parent', 'a'), await run(world, 'Parent', 'b')];
    expect(results.map(({ status }) => status)).toEqual(['SUCCEEDED', 'SUCCEEDED']);
  });

  test('is refused a state machine that doesn’t exist', async () => {
    expect(await run(createWorld({ Parent: parent }), 'Parent', 'p')).toMatchObject({
      error: 'StepFunctions.StateMachineDoesNotExistException',
    });
  });
});

test('an execution that is only started goes on by itself', async () => {
  const start = {
    Type: 'Task',
    Resource: 'arn:aws:states:::aws-sdk:sfn:startExecution',
    Arguments: { StateMachineArn: arnOf('Child'), Name: 'child', Input: '{"a":1}' },
    End: true,
  };
  const world = createWorld({ Parent: machineOf({ Start: start }), Child: waiting });
  expect(await run(world, 'Parent', 'p')).toMatchObject({
    status: 'SUCCEEDED',
    output: { ExecutionArn: executionOf('Child', 'child') },
  });
  await world.settled();
  expect(world.clock.now()).toBe(Date.parse('2026-11-02T05:01:00Z'));
  expect(await run(world, 'Parent', 'q')).toMatchObject({
    error: 'Sfn.ExecutionAlreadyExistsException',
    cause: expect.stringContaining('child') as string,
  });
});

const describeChild = (name: string) => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::aws-sdk:sfn:describeExecution',
  Arguments: { ExecutionArn: executionOf('Child', name) },
  End: true,
});

test('an execution is described while it runs and afterwards', async () => {
  const world = createWorld({
    Describe: machineOf({ Describe: describeChild('child') }),
    DescribeOther: machineOf({ Describe: describeChild('other') }),
    Child: waiting,
  });
  const child = run(world, 'Child', 'child', { a: 1 });
  expect(await run(world, 'Describe', 'd1')).toMatchObject({
    output: { Status: 'RUNNING', Input: '{"a":1}' },
  });
  await child;
  expect(await run(world, 'Describe', 'd2')).toMatchObject({
    output: { Status: 'SUCCEEDED', Output: '{"a":1}' },
  });
  expect(await run(world, 'DescribeOther', 'd3')).toMatchObject({
    error: 'Sfn.ExecutionDoesNotExistException',
  });
});

test('an execution knows who it is', async () => {
  const context = machineOf({ Who: { Type: 'Pass', Output: '{% $states.context %}', End: true } });
  expect(await run(createWorld({ Who: context }), 'Who', 'me')).toMatchObject({
    output: {
      Execution: { Id: executionOf('Who', 'me'), Name: 'me' },
      StateMachine: { Id: arnOf('Who'), Name: 'Who' },
    },
  });
});

test('whoever runs an execution is told of every step, those of its children by their names', async () => {
  const world = createWorld({ Parent: parent, Child: succeeding });
  const told: string[] = [];
  await world.run(arnOf('Parent'), {
    name: 'p',
    input: { name: 'child' },
    onEvent: (event, execution) => {
      if (event.type === 'stateEntered') told.push(`${execution}: ${event.state}`);
    },
  });
  expect(told).toEqual(['p: Call', 'child: Work']);
});

test('names are unique: a second execution is refused', async () => {
  const world = createWorld({ Child: succeeding });
  await run(world, 'Child', 'same');
  expect(() => run(world, 'Child', 'same')).toThrow(TaskFailure);
});

test('a definition with a resource that nobody knows is refused when it is to be executed, and disturbs no other', async () => {
  const unknown = machineOf({ Task: { Type: 'Task', Resource: 'arn:aws:states:::sns:nothing', End: true } });
  const world = createWorld({ Unknown: unknown, Child: succeeding });
  expect(() => world.run(arnOf('Unknown'), { name: 'u', input: {} })).toThrow(UnsupportedDefinitionError);
  expect(await run(world, 'Child', 'c')).toMatchObject({ status: 'SUCCEEDED' });
});

test('a definition with an argument that would be ignored is refused', () => {
  const traced = machineOf({
    Call: callChild({ Arguments: { StateMachineArn: arnOf('Child'), TraceHeader: 'x' } }),
  });
  const world = createWorld({ Traced: traced, Child: succeeding });
  expect(() => world.run(arnOf('Traced'), { name: 't', input: {} })).toThrow(
    /Call\.Arguments\.TraceHeader: not implemented/,
  );
});

const follow = (detail: Json): RuleResource => ({
  EventPattern: { source: ['aws.states', 'us'], detail },
  Targets: [
    {
      Arn: arnOf('Follow'),
      InputTransformer: { InputPathsMap: { who: '$.detail.name' }, InputTemplate: '{"who":<who>}' },
    },
  ],
});
const ends = (world: World) =>
  world.events.map(({ detail }) => (detail as { stateMachineArn?: string }).stateMachineArn?.split(':')[6]);

describe('events', () => {
  test('of an execution’s end set off what a rule says, which is waited for', async () => {
    const world = createWorld({ Child: failing, Other: succeeding, Follow: waiting }, [
      follow({ status: ['FAILED'] }),
    ]);
    await run(world, 'Other', 'fine');
    await run(world, 'Child', 'bad');
    await world.settled();
    expect(ends(world)).toEqual(['Other', 'Child', 'Follow']);
  });

  test('set off every rule that they match, also of the same target', async () => {
    const rule = follow({ status: ['FAILED'] });
    const world = createWorld({ Child: failing, Follow: waiting }, [rule, rule]);
    await run(world, 'Child', 'bad');
    await world.settled();
    expect(ends(world)).toEqual(['Child', 'Follow', 'Follow']);
  });

  test('that a state puts set off rules as well', async () => {
    const put = {
      Type: 'Task',
      Resource: 'arn:aws:states:::events:putEvents',
      Arguments: { Entries: [{ Source: 'us', DetailType: 'Done', Detail: { name: 'x', status: 'GOOD' } }] },
      End: true,
    };
    const world = createWorld({ Put: machineOf({ Put: put }), Follow: waiting }, [
      follow({ status: ['GOOD'] }),
    ]);
    expect(await run(world, 'Put', 'p')).toMatchObject({ output: { FailedEntryCount: 0 } });
    await world.settled();
    expect(world.events).toContainEqual({
      source: 'us',
      'detail-type': 'Done',
      detail: { name: 'x', status: 'GOOD' },
    });
    expect(ends(world)).toContain('Follow');
  });

  test('closing stops what they have set off', async () => {
    const world = createWorld({ Child: failing, Follow: waiting }, [follow({ status: ['FAILED'] })]);
    await run(world, 'Child', 'bad');
    await world.close();
    expect(world.events.at(-1)).toMatchObject({ detail: { status: 'ABORTED' } });
    expect(world.clock.now()).toBe(Date.parse('2026-11-02T05:00:00Z'));
  });
});

/** Goes through so many rounds, of four events each, and fails. */
const rounds = (count: number) =>
  machineOf({
    Count: { Type: 'Pass', Output: '{% $states.input + 1 %}', Next: 'Enough?' },
    'Enough?': {
      Type: 'Choice',
      Choices: [{ Condition: `{% $states.input < ${count} %}`, Next: 'Count' }],
      Default: 'Stop',
    },
    Stop: { Type: 'Fail' },
  });

describe('redriving an execution', () => {
  const arn = executionOf('Main', 'x');
  const stopAfter = (world: World, seconds: number) =>
    void world.clock.sleep(seconds * 1000).then(() => world.stop(arn));

  test('has it go on under its name, and tells of its next end', async () => {
    const world = createWorld({ Main: waiting });
    stopAfter(world, 5);
    expect(await run(world, 'Main', 'x')).toMatchObject({ status: 'ABORTED' });
    const redriven = world.redrive(arn);
    expect(world.executions()).toMatchObject([{ arn, redriveCount: 1 }]);
    expect(world.executions()[0]).not.toHaveProperty('result');
    expect(await redriven).toMatchObject({ status: 'SUCCEEDED' });
    expect(world.executions()).toMatchObject([{ result: { status: 'SUCCEEDED' } }]);
    expect(world.events.map(({ detail }) => detail)).toMatchObject([
      { executionArn: arn, status: 'ABORTED' },
      { executionArn: arn, status: 'SUCCEEDED' },
    ]);
  });

  test('can be stopped again', async () => {
    const world = createWorld({ Main: waiting });
    stopAfter(world, 5);
    await run(world, 'Main', 'x');
    stopAfter(world, 5);
    expect(await world.redrive(arn)).toMatchObject({ status: 'ABORTED' });
  });

  test('is refused while it runs, after it succeeded, and after 14 days', async () => {
    const world = createWorld({ Main: waiting, Failing: failing });
    const running = run(world, 'Main', 'x');
    expect(() => world.redrive(arn)).toThrow('Sfn.ExecutionNotRedrivableException');
    await running;
    expect(() => world.redrive(arn)).toThrow('Sfn.ExecutionNotRedrivableException');

    const failed = executionOf('Failing', 'x');
    await run(world, 'Failing', 'x');
    await world.clock.sleep(14 * 24 * 3_600_000);
    await world.redrive(failed);
    await world.clock.sleep(14 * 24 * 3_600_000 + 1);
    expect(() => world.redrive(failed)).toThrow('Sfn.ExecutionNotRedrivableException');
    expect(() => world.redrive(executionOf('Main', 'unknown'))).toThrow('Sfn.ExecutionDoesNotExistException');
  });

  test('is refused when the history has no room for it', async () => {
    const world = createWorld({ Main: rounds(6248), Fuller: rounds(6249) });
    expect(await run(world, 'Main', 'x', 0)).toMatchObject({ historyEvents: 24_995 });
    await world.redrive(arn);
    expect(await run(world, 'Fuller', 'x', 0)).toMatchObject({ historyEvents: 24_999 });
    expect(() => world.redrive(executionOf('Fuller', 'x'))).toThrow('Sfn.ExecutionNotRedrivableException');
  });
});
