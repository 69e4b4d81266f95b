import type { Catcher, Retrier } from '../definition.ts';
import {
  allowOnly,
  type Fields,
  fieldsOf,
  listField,
  numberField,
  pathOf,
  reportField,
  stringField,
} from './fields.ts';
import { LIMITS } from '../limits.ts';
import { readLeaving } from './leaving.ts';

const RETRIER_FIELDS = [
  'Comment',
  'ErrorEquals',
  'IntervalSeconds',
  'MaxAttempts',
  'BackoffRate',
  'MaxDelaySeconds',
  'JitterStrategy',
];

export function readRetriers(state: Fields): Retrier[] {
  return handlersOf(state, 'Retry').map((fields) => {
    allowOnly(fields, RETRIER_FIELDS);
    const intervalSeconds =
      numberField(fields, 'IntervalSeconds', { from: 1, to: LIMITS.seconds.to, integer: true }) ?? 1;
    const maxDelaySeconds = numberField(fields, 'MaxDelaySeconds', {
      from: 1,
      to: LIMITS.maxDelaySeconds,
      integer: true,
    });
    if (maxDelaySeconds !== undefined && maxDelaySeconds <= intervalSeconds) {
      reportField(fields, 'MaxDelaySeconds', 'must be greater than IntervalSeconds');
    }
    return {
      errorEquals: errorEquals(fields),
      intervalSeconds,
      maxAttempts:
        numberField(fields, 'MaxAttempts', { from: 0, to: LIMITS.retryAttempts, integer: true }) ?? 3,
      backoffRate: numberField(fields, 'BackoffRate', { from: 1, to: Number.MAX_VALUE, integer: false }) ?? 2,
      ...(maxDelaySeconds !== undefined && { maxDelaySeconds }),
      jitterStrategy: jitterStrategy(fields),
    };
  });
}

export function readCatchers(state: Fields): Catcher[] {
  return handlersOf(state, 'Catch').map((fields, index) => {
    allowOnly(fields, ['Comment', 'ErrorEquals', 'Next', 'Output', 'Assign']);
    return {
      errorEquals: errorEquals(fields),
      next: stringField(fields, 'Next') ?? '',
      ...readLeaving(fields, 'errorOutput', `Catch[${index}]/`),
    };
  });
}

function handlersOf(state: Fields, name: 'Retry' | 'Catch'): Fields[] {
  const handlers = listField(state, name, 0).map((value, index) =>
    fieldsOf(value, `${pathOf(state, name)}[${index}]`, state.report),
  );
  const found = handlers.filter((handler) => handler !== undefined);
  for (const handler of found) checkStatesAll(handler, handler === found.at(-1));
  return found;
}

/** States.ALL would hide whatever stands beside or behind it. */
function checkStatesAll(handler: Fields, isLast: boolean): void {
  const names = handler.values['ErrorEquals'];
  if (!Array.isArray(names) || !names.includes('States.ALL')) return;
  if (names.length > 1) reportField(handler, 'ErrorEquals', 'States.ALL must stand alone');
  if (!isLast) reportField(handler, 'ErrorEquals', 'States.ALL must come last');
}

function errorEquals(fields: Fields): string[] {
  const names = listField(fields, 'ErrorEquals', 1);
  // The error of a failed branch is that of its state; whether this name stands for it as well, nobody says.
  if (names.includes('States.BranchFailed'))
    reportField(fields, 'ErrorEquals', 'States.BranchFailed is not implemented');
  if (names.every((name) => typeof name === 'string')) return names;
  reportField(fields, 'ErrorEquals', 'must be an array of strings');
  return [];
}

function jitterStrategy(fields: Fields): 'FULL' | 'NONE' {
  const value = fields.values['JitterStrategy'] ?? 'NONE';
  if (value === 'FULL' || value === 'NONE') return value;
  reportField(fields, 'JitterStrategy', 'must be FULL or NONE');
  return 'NONE';
}
