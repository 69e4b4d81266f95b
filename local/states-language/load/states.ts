import type { FailState, PassState, State, SucceedState } from '../definition.ts';
import { readChoice } from './choice.ts';
import { readNext } from './common-fields.ts';
import { allowOnly, type Fields, fieldsOf, reportField } from './fields.ts';
import { checkLanguage } from './query-language.ts';
import type { Loader } from './flow.ts';
import { readLeaving } from './leaving.ts';
import { readMap } from './map.ts';
import { readParallel } from './parallel.ts';
import { scalarField, STRING } from './scalars.ts';
import { readTask } from './task.ts';
import { templateField } from './templates.ts';
import { readWait } from './wait.ts';

const COMMON = ['Type', 'Comment', 'QueryLanguage'];
const FLOWING = [...COMMON, 'Next', 'End', 'Output', 'Assign'];
const FALLIBLE = [...FLOWING, 'Retry', 'Catch'];
const TOLERANCE = ['ToleratedFailureCount', 'ToleratedFailurePercentage'];

const FIELDS: Readonly<Record<State['type'], readonly string[]>> = {
  Task: [...FALLIBLE, 'Resource', 'Arguments', 'TimeoutSeconds'],
  Pass: FLOWING,
  Wait: [...FLOWING, 'Seconds', 'Timestamp'],
  Choice: [...COMMON, 'Choices', 'Default', 'Output', 'Assign'],
  Parallel: [...FALLIBLE, 'Arguments', 'Branches'],
  Map: [...FALLIBLE, 'Items', 'ItemSelector', 'ItemProcessor', 'MaxConcurrency', ...TOLERANCE],
  Succeed: [...COMMON, 'Output'],
  Fail: [...COMMON, 'Error', 'Cause'],
};

const READERS: Readonly<Record<State['type'], (fields: Fields, loader: Loader) => State>> = {
  Task: readTask,
  Pass: readPass,
  Wait: readWait,
  Choice: readChoice,
  Parallel: readParallel,
  Map: readMap,
  Succeed: readSucceed,
  Fail: readFail,
};

/** Reads one state; what is wrong with it is reported. */
export function readState(value: unknown, path: string, loader: Loader): State | undefined {
  const fields = fieldsOf(value, path, loader.report);
  if (fields === undefined) return undefined;
  const language = fields.values['QueryLanguage'] ?? loader.defaultLanguage;
  checkLanguage(fields, language);
  const type = fields.values['Type'];
  if (!isStateType(type)) {
    reportField(
      fields,
      'Type',
      type === undefined ? 'is required' : `${JSON.stringify(type)} is not implemented`,
    );
    return undefined;
  }
  allowOnly(fields, FIELDS[type]);
  return READERS[type](fields, loader);
}

function isStateType(type: unknown): type is State['type'] {
  return typeof type === 'string' && Object.hasOwn(READERS, type);
}

function readPass(fields: Fields): PassState {
  return { type: 'Pass', ...readNext(fields), ...readLeaving(fields, 'input') };
}

function readSucceed(fields: Fields): SucceedState {
  const output = templateField(fields, 'Output', 'input');
  return { type: 'Succeed', ...(output !== undefined && { output }) };
}

function readFail(fields: Fields): FailState {
  const error = scalarField(fields, 'Error', STRING);
  const cause = scalarField(fields, 'Cause', STRING);
  return { type: 'Fail', ...(error !== undefined && { error }), ...(cause !== undefined && { cause }) };
}
