import validator from 'asl-validator';
import { describe, expect, test } from 'vitest';
import * as errors from '../../lambdas/shared/errors.ts';
import { allStates, definitionOf } from '../support/definition.ts';
import { synthTemplate } from '../support/synth.ts';

const definition = definitionOf(synthTemplate());
const states = allStates(definition);
const tasks = [...states].filter(([, state]) => state.Type === 'Task');

test('the definition is valid Amazon States Language, in JSONata throughout', () => {
  const { isValid, errors: problems } = validator(definition);
  expect(problems).toEqual([]);
  expect(isValid).toBe(true);
  expect(definition.QueryLanguage).toBe('JSONata');
});

test('the states are those that the console shows, in their order', () => {
  expect([...states.keys()].toSorted()).toEqual(
    [
      'Resolve Request',
      'Export Report',
      'Template Given?',
      'Ensure Template',
      'Wait Before Ensure Template',
      'Template Is New?',
      'Remember Template',
      'Create Report',
      'Wait Before Create Report',
      'Template Lost?',
      'Wait For Report',
      'Check Report',
      'Report Status?',
      'Recreate?',
      'Report Failed',
      'Store Files',
      'Store File',
      'Wait Before Store File',
      'Write Manifest',
      'Report Exported',
      'Export Failed',
    ].toSorted(),
  );
});

test.each(tasks)('%s has a timeout and is retried', (_, state) => {
  expect(state.TimeoutSeconds).toBeGreaterThan(0);
  expect(state.Retry?.length).toBeGreaterThan(0);
});

describe('error names', () => {
  /** Those that AWS itself raises. */
  const ofAws = /^(States|Lambda|Runtime|Sandbox)\./;
  const thrown = Object.values(errors)
    .filter((value) => typeof value === 'function')
    .map((ErrorClass) => Reflect.construct(ErrorClass, [['text'], 0]) as Error)
    .map((error) => error.name);
  const handled = [...states.values()]
    .flatMap((state) => [...(state.Retry ?? []), ...(state.Catch ?? [])])
    .flatMap((rule) => rule.ErrorEquals)
    .filter((name) => !ofAws.test(name));

  test('in a Retry or Catch belong to an error that is thrown', () => {
    expect(thrown).toEqual(expect.arrayContaining(handled));
  });

  test('are all handled, or are final and end the export', () => {
    const final = ['InvalidRequestError', 'AuthenticationError', 'ReportTimedOutError', 'LuccaRejectedError'];
    expect([...new Set([...handled, ...final])].toSorted()).toEqual(thrown.toSorted());
  });

  test('never retry what is final, nor everything', () => {
    const retried = [...states.values()]
      .flatMap((state) => state.Retry ?? [])
      .flatMap((rule) => rule.ErrorEquals);
    expect(retried).not.toContain('InvalidRequestError');
    expect(retried).not.toContain('AuthenticationError');
    expect(retried).not.toContain('States.ALL');
  });
});

test('polling waits 10 s and fits the history that an execution may have', () => {
  const wait = states.get('Wait For Report') as unknown as { Seconds: string };
  expect(wait.Seconds).toContain(': 10 %}');
  const longestTimeoutSeconds = 6 * 3600;
  const eventsPerRound = 9;
  expect((longestTimeoutSeconds / 10) * eventsPerRound).toBeLessThan(25_000);
});
