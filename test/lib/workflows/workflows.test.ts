import { leaseRound } from '../../../lib/workflows/run-times.ts';
import { readFileSync } from 'node:fs';
import type { Template } from 'aws-cdk-lib/assertions';
import validator from 'asl-validator';
import { describe, expect, test } from 'vitest';
import * as errors from '../../../lambdas/shared/errors.ts';
import { integrationOf } from '../../../local/aws/step-functions/integrations/integrations.ts';
import { allStates, definitionOf, type State, workflows } from '../../support/definition.ts';
import { synthTemplates } from '../../support/synth.ts';

const templates = synthTemplates();
const [template] = templates.tenants as [Template];
const definitions = workflows.map((workflow) => [workflow, definitionOf(template, workflow)] as const);
const states = definitions.flatMap(([, definition]) => [...allStates(definition)]);
const exportStates = allStates(definitionOf(template, 'Workflow'));

test.each(definitions)(
  'the definition of %s is valid Amazon States Language, in JSONata throughout',
  (_, definition) => {
    const { isValid, errors: problems } = validator(definition);
    expect(problems).toEqual([]);
    expect(isValid).toBe(true);
    expect(definition.QueryLanguage).toBe('JSONata');
  },
);

test('the README tells of the states that the console shows, and of no others', () => {
  const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');
  const [chapter] = /^## How it works\n[\s\S]*?^## /m.exec(readme)!;
  const charts = chapter.match(/^```$[\s\S]*?^```$/gm)!.join('\n');
  // At the beginning of a line, or after an arrow.
  const told = [...charts.matchAll(/(?:^ *|→ )([A-Z]\w+(?: [A-Z]\w+)*\??)/gm)].map(([, name]) => name!);
  const shown = states.map(([name]) => name).filter((name) => !name.startsWith('Wait Before '));
  expect([...new Set(told)].toSorted()).toEqual([...new Set(shown)].toSorted());
});

test.each(states.filter(([, state]) => integrationOf(String(state.Resource)) !== undefined))(
  '%s is tried again when the service can’t be reached or is overburdened',
  (_, { Resource, Retry = [] }) => {
    const isRetried = (error: string) =>
      Retry.find(({ ErrorEquals }) =>
        ErrorEquals.some((name) => [error, 'States.TaskFailed'].includes(name)),
      );
    for (const error of integrationOf(String(Resource))!.outages) {
      expect(isRetried(error)?.MaxAttempts).toBeGreaterThan(0);
    }
  },
);

test.each(states.filter(([, state]) => state.Type === 'Task'))(
  '%s has a timeout and is retried',
  (_, state) => {
    expect(state.TimeoutSeconds).toBeGreaterThan(0);
    expect(state.Retry?.length).toBeGreaterThan(0);
  },
);

const targetsOf = ({ Next, Default, Choices = [], Catch = [] }: State) => [
  Next,
  Default,
  ...[...Choices, ...Catch].map((rule) => rule.Next),
];

/** The states from which a state can be entered. */
const predecessors = (of: string) =>
  [...exportStates].filter(([, state]) => targetsOf(state).includes(of)).map(([name]) => name);

test('a report is only ever created by who has just renewed the lease', () => {
  expect(predecessors('Create Report')).toEqual(['Renew Lease']);
});

test('whatever happens under the lease, it is released', () => {
  const { Catch, Next } = exportStates.get('Export Under Lease')!;
  expect(Catch).toMatchObject([
    { ErrorEquals: ['States.DataLimitExceeded'], Next: 'Release Lease' },
    { ErrorEquals: ['States.ALL'], Next: 'Release Lease' },
  ]);
  expect(Next).toBe('Release Lease');
});

describe('error names', () => {
  /** Those that AWS itself raises. */
  const ofAws = /^(States|Lambda|Runtime|Sandbox|DynamoDB|StepFunctions|Sfn)\./;
  const { errorNames } = errors;
  const thrown = errorNames.filter((name) => name in errors);
  const handled = states
    .flatMap(([, state]) => [...(state.Retry ?? []), ...(state.Catch ?? [])])
    .flatMap((rule) => rule.ErrorEquals)
    .filter((name) => !ofAws.test(name));

  /** Those that Fail states and Pass states give. */
  const given = [...JSON.stringify(states).matchAll(/"[eE]rror":"(\w+Error)"/g)].map(([, name]) => name!);

  test('that the state machines give are those that no function throws', () => {
    expect(
      [...new Set(given)].filter((name) => !(thrown as readonly string[]).includes(name)).toSorted(),
    ).toEqual(errorNames.filter((name) => !thrown.includes(name)).toSorted());
  });

  test('in a Retry or Catch belong to an error that is thrown', () => {
    expect(thrown).toEqual(expect.arrayContaining(handled));
  });

  test('are all handled, or are final and end the export', () => {
    expect([...new Set([...handled, ...errors.finalErrors])].toSorted()).toEqual(thrown.toSorted());
  });

  test('never retry what is final, nor everything', () => {
    const retried = states.flatMap(([, state]) => state.Retry ?? []).flatMap((rule) => rule.ErrorEquals);
    for (const name of [...errors.finalErrors, 'States.ALL']) expect(retried).not.toContain(name);
  });
});

describe('time', () => {
  const definition = definitionOf(template, 'Workflow');

  test('a lease can be taken over only when its owner was ended, and so was the function it had called', () => {
    const lasts = Number(
      /\$millis\(\) \+ (\d+)/.exec(JSON.stringify(exportStates.get('Acquire Lease')))?.[1],
    );
    const functionSeconds = Object.entries(templates.tenants[0]!.findResources('AWS::Lambda::Function')).find(
      ([id]) => id.includes('CreateReport'),
    )![1] as { Properties: { Timeout: number } };
    expect(lasts / 1000).toBe(definition.TimeoutSeconds! + functionSeconds.Properties.Timeout);
    expect(JSON.stringify(exportStates.get('Renew Lease'))).toContain(String(lasts));
  });

  test('trouble of AWS is waited for four minutes, as jittered waits are half as long on average', () => {
    const ofAws = /^(Lambda\.TooManyRequests|States\.TaskFailed|StepFunctions\.Throttling)/;
    const retries = states
      .flatMap(([, { Retry = [] }]) => Retry)
      .filter(({ ErrorEquals }) => ErrorEquals.some((error) => ofAws.test(error)));
    expect(retries.length).toBeGreaterThan(20);
    const seconds = retries.map(({ IntervalSeconds, BackoffRate, MaxDelaySeconds = Infinity, MaxAttempts }) =>
      Array.from({ length: MaxAttempts }, (_, attempt) =>
        Math.min(IntervalSeconds * BackoffRate ** attempt, MaxDelaySeconds),
      ).reduce((total, wait) => total + wait, 0),
    );
    expect(Math.min(...seconds) / 2).toBeGreaterThan(240);
  });

  test('people know within a minute that a host can’t be reached', () => {
    const { IntervalSeconds, BackoffRate, MaxAttempts } = exportStates
      .get('Create Report')!
      .Retry!.find(({ ErrorEquals }) => ErrorEquals.includes('LuccaUnreachableError'))!;
    const waits = Array.from(
      { length: MaxAttempts },
      (_, attempt) => IntervalSeconds * BackoffRate ** attempt,
    );
    expect(waits.reduce((total, wait) => total + wait)).toBeLessThan(60);
  });

  test('a round of waiting for a lease takes as long as the times that follow from it say', () => {
    const { Retry } = exportStates.get('Acquire Lease')!;
    const { IntervalSeconds, BackoffRate, MaxDelaySeconds = 0, MaxAttempts } = Retry![0]!;
    const waits = Array.from({ length: MaxAttempts }, (_, attempt) =>
      Math.min(IntervalSeconds * BackoffRate ** attempt, MaxDelaySeconds),
    );
    expect(waits.reduce((total, wait) => total + wait, 0)).toBe(leaseRound.seconds);
    expect(MaxAttempts + 1).toBe(leaseRound.attempts);
  });
});
