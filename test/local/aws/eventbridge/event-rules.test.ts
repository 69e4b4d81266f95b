import { describe, expect, test } from 'vitest';
import type { RuleResource } from '../../../../local/assembly/assembly.ts';
import { loadRules, triggeredBy } from '../../../../local/aws/eventbridge/event-rules.ts';
import type { Json } from '../../../../local/states-language/index.ts';

const targetArn = 'arn:aws:states:eu-west-3:000000000000:stateMachine:Target';

const event = {
  source: 'aws.states',
  'detail-type': 'Step Functions Execution Status Change',
  detail: { status: 'ABORTED', name: 'say "hi" \\ bye', stopDate: 1793595600000, inner: { deep: [1, 2] } },
};

const rule = (EventPattern: Json, InputTemplate = '{}', InputPathsMap = {}): RuleResource => ({
  EventPattern,
  Targets: [{ Arn: targetArn, InputTransformer: { InputPathsMap, InputTemplate } }],
});

const isTriggered = (pattern: Json) => triggeredBy(loadRules([rule(pattern)]), event).length === 1;

describe('an event', () => {
  test.each<[string, Json]>([
    ['one value', { source: ['aws.states'] }],
    ['one of several values', { detail: { status: ['TIMED_OUT', 'ABORTED'] } }],
    ['values of several fields', { source: ['aws.states'], detail: { status: ['ABORTED'] } }],
    ['a number', { detail: { stopDate: [1793595600000] } }],
    ['a value of a list', { detail: { inner: { deep: [2] } } }],
    ['nothing at all', {}],
  ])('matches a pattern of %s', (_, pattern) => {
    expect(isTriggered(pattern)).toBe(true);
  });

  test.each<[string, Json]>([
    ['another value', { source: ['aws.s3'] }],
    ['another value of one field of two', { source: ['aws.states'], detail: { status: ['FAILED'] } }],
    ['a field that it lacks', { detail: { error: ['x'] } }],
    ['a field inside a value', { source: { inner: ['x'] } }],
    ['no value', { source: [] }],
  ])('does not match a pattern of %s', (_, pattern) => {
    expect(isTriggered(pattern)).toBe(false);
  });

  test.each<[Json]>([
    [{ source: [{ prefix: 'aws.' }] }],
    [{ source: 'aws.states' }],
    [{ detail: { stopDate: 5 } }],
  ])('is not matched with what the engine doesn’t know: %j', (pattern) => {
    expect(() => isTriggered(pattern)).toThrow(/doesn't know this event pattern/);
  });
});

test('the target is given what the transformer makes of the event', () => {
  const template = '{"who":<who>,"when":<when>,"always":"<not a path"}';
  const paths = { who: '$.detail.name', when: '$.detail.stopDate' };
  expect(triggeredBy([rule({}, template, paths)], event)).toEqual([
    { targetArn, input: { who: 'say "hi" \\ bye', when: 1793595600000, always: '<not a path' } },
  ]);
});

test('an event sets off every rule that it matches', () => {
  const rules = [rule({}), rule({ source: ['aws.s3'] }), rule({ source: ['aws.states'] })];
  expect(triggeredBy(rules, event)).toHaveLength(2);
});
