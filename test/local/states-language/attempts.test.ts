import { expect, test } from 'vitest';
import type { StateAttempt } from '../../../local/states-language/index.ts';
import { fail, FUNCTION, machine, run, type Setup } from './support.ts';

async function attemptsIn(definition: object, setup: Setup = {}): Promise<StateAttempt[]> {
  const attempts: StateAttempt[] = [];
  await run(definition, { ...setup, onAttempt: (attempt) => attempts.push(attempt) });
  return attempts;
}

const summary = ({ state, outcome }: StateAttempt) => `${state} ${outcome.status}`;

const work = (fields: object) => ({ Type: 'Task', Resource: FUNCTION, ...fields });
const retry = [{ ErrorEquals: ['Busy'], IntervalSeconds: 4, MaxAttempts: 1, JitterStrategy: 'FULL' }];

test('an attempt is told with what it saw, what its work gave and what became of that', async () => {
  const definition = machine({
    Before: { Type: 'Pass', Assign: { tries: 0 }, Next: 'Work' },
    Work: work({
      Arguments: { nth: '{% $states.context.State.RetryCount + 1 %}' },
      Retry: retry,
      Assign: { tries: '{% $tries + 2 %}' },
      Output: '{% $states.result.done %}',
      Next: 'After',
    }),
    After: { Type: 'Succeed' },
  });
  const [before, first, second, after] = await attemptsIn(definition, {
    task: (_call, _clock, attempt) => (attempt === 0 ? fail('Busy', 'later') : { done: true }),
    input: { some: 'input' },
  });
  expect([before, after].map((attempt) => summary(attempt!))).toEqual([
    'Before SUCCEEDED',
    'After SUCCEEDED',
  ]);
  expect(first).toEqual({
    state: 'Work',
    input: { some: 'input' },
    variables: { tries: 0 },
    context: expect.objectContaining({ State: expect.objectContaining({ RetryCount: 0 }) }),
    arguments: { nth: 1 },
    retrier: { index: 0, retries: 0 },
    outcome: { status: 'RETRIABLE', error: 'Busy', cause: 'later', delaySeconds: { least: 0, most: 4 } },
  });
  expect(second).toMatchObject({
    variables: { tries: 0 },
    context: { State: { RetryCount: 1 } },
    arguments: { nth: 2 },
    result: { done: true },
    outcome: { status: 'SUCCEEDED', output: true, assigned: { tries: 2 }, next: 'After' },
  });
});

test('an error that is caught is told with its catcher, and the retrier that gave up', async () => {
  const definition = machine({
    Work: work({
      Retry: retry,
      Catch: [
        { ErrorEquals: ['Other'], Next: 'After' },
        { ErrorEquals: ['States.ALL'], Assign: { error: '{% $states.errorOutput.Error %}' }, Next: 'After' },
      ],
      End: true,
    }),
    After: { Type: 'Fail', Error: 'Given up' },
  });
  const [first, second, after] = await attemptsIn(definition, { task: () => fail('Busy') });
  expect(summary(first!)).toBe('Work RETRIABLE');
  expect(second).toMatchObject({
    retrier: { index: 0, retries: 1 },
    outcome: {
      status: 'CAUGHT_ERROR',
      catcher: 1,
      error: 'Busy',
      output: { Error: 'Busy' },
      assigned: { error: 'Busy' },
      next: 'After',
    },
  });
  expect(after?.outcome).toEqual({ status: 'FAILED', error: 'Given up' });
});

test('states inside come before the one around them, which tells what it gave them', async () => {
  const definition = machine({
    Each: {
      Type: 'Map',
      ItemSelector: { item: '{% $states.context.Map.Item.Value %}' },
      ItemProcessor: { StartAt: 'Wait', States: { Wait: { Type: 'Wait', Seconds: 3, End: true } } },
      Next: 'Both',
    },
    Both: {
      Type: 'Parallel',
      Branches: [{ StartAt: 'Work', States: { Work: work({ End: true }) } }],
      End: true,
    },
  });
  const attempts = await attemptsIn(definition, { input: [5, 6], task: () => fail('Broken') });
  expect(attempts.map(summary)).toEqual([
    'Wait SUCCEEDED',
    'Wait SUCCEEDED',
    'Each SUCCEEDED',
    'Work FAILED',
    'Both FAILED',
  ]);
  const [wait, , each, , both] = attempts;
  expect(wait).toMatchObject({ seconds: 3, context: { Map: { Item: { Index: 0, Value: 5 } } } });
  expect(each).toMatchObject({
    arguments: [{ item: 5 }, { item: 6 }],
    result: [{ item: 5 }, { item: 6 }],
  });
  expect(both).toMatchObject({ arguments: [{ item: 5 }, { item: 6 }], outcome: { error: 'Broken' } });
  expect(both).not.toHaveProperty('result');
});

test('an attempt that is interrupted has no outcome to tell', async () => {
  const definition = machine({
    Both: {
      Type: 'Parallel',
      Branches: [
        { StartAt: 'Wait', States: { Wait: { Type: 'Wait', Seconds: 1000, End: true } } },
        { StartAt: 'Work', States: { Work: work({ End: true }) } },
      ],
      End: true,
    },
  });
  const attempts = await attemptsIn(definition, { task: () => fail('Broken') });
  expect(attempts.map(summary)).toEqual(['Work FAILED', 'Both FAILED']);
});
