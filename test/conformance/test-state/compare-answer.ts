import type { TestStateCommandOutput } from '@aws-sdk/client-sfn';
import type { FailedAttempt, Json } from '../../../local/states-language/index.ts';
import { firstDifference } from '../compare.ts';
import { fieldsOf, type Step } from './step.ts';
import { decidesByTime, unlikePointers } from './unlike.ts';

export type Answer = Omit<TestStateCommandOutput, '$metadata'>;

export interface Comparison {
  differences: string[];
  /** What of the step no comparison can tell. */
  notCompared: string[];
}

type Fields = Record<string, Json>;

/** Compares what AWS answers with what the interpreter made of the same attempt. */
export function compareAnswer(step: Step, answer: Answer): Comparison {
  const expected = expectedOf(step);
  const actual = actualOf(answer);
  const unlike = unlikePointers(step);
  const untold = Object.keys(expected).filter((field) => !(field in actual) && isOptional(field, step));
  const compared = Object.entries(expected).filter(([field]) => !untold.includes(field));
  const differences = compared.flatMap(([field, value]) => {
    const difference = firstDifference({ [field]: value }, actual, unlike);
    if (difference === undefined) return [];
    const { pointer, expected: here, actual: there } = difference;
    return [`${pointer}: here ${JSON.stringify(here)}, on AWS ${JSON.stringify(there)}`];
  });
  return {
    differences: [...differences, ...unexpected(expected, actual), ...delayDifference(step, answer)],
    notCompared: [
      ...unlike.filter((pointer) => isIn(expected, pointer)),
      ...untold.map((field) => optionalFields[field]!),
      ...aside(step),
    ],
  };
}

/** What AWS tells of a step that has nothing of the kind here. */
const unexpected = (expected: Fields, actual: Fields): string[] =>
  ['variables', 'catcher', 'retrier']
    .filter((field) => field in actual && !(field in expected))
    .map((field) => `/${field}: here undefined, on AWS ${JSON.stringify(actual[field])}`);

/** The same fields as `actualOf`, null where there is nothing. */
function expectedOf(step: Step): Fields {
  const { outcome, variables, arguments: given, retrier } = step.attempt;
  const left = 'output' in outcome ? outcome : { output: null, assigned: {}, next: undefined };
  const failed: FailedAttempt = outcome.status === 'SUCCEEDED' ? {} : outcome;
  const { Type, ItemSelector } = fieldsOf(step);
  return {
    status: outcome.status,
    nextState: left.next ?? null,
    output: left.output,
    error: failed.error ?? null,
    cause: withoutEventId(failed.cause ?? ''),
    ...optional('variables', unlessEmpty({ ...variables, ...left.assigned })),
    ...(outcome.status === 'CAUGHT_ERROR' && { catcher: outcome.catcher }),
    ...(retrier !== undefined && { retrier: retrier.index }),
    ...(Type === 'Task' && given !== undefined && { arguments: given }),
    ...(ItemSelector !== undefined && outcome.status === 'SUCCEEDED' && { iterations: given! }),
  };
}

function actualOf({ status, nextState, output, error, cause, inspectionData = {} }: Answer): Fields {
  const { variables, afterArguments, afterItemSelector, errorDetails = {} } = inspectionData;
  return {
    status: status ?? null,
    nextState: nextState ?? null,
    output: parse(output) ?? null,
    error: error ?? null,
    cause: withoutEventId(cause ?? ''),
    ...optional('variables', unlessEmpty(parse(variables))),
    ...optional('catcher', errorDetails.catchIndex),
    ...optional('retrier', errorDetails.retryIndex),
    ...optional('arguments', parse(afterArguments)),
    ...optional('iterations', parse(afterItemSelector)),
  };
}

const optional = (field: string, value: Json | undefined) => (value === undefined ? {} : { [field]: value });

/** AWS tells of no variables where there are none. */
const unlessEmpty = (variables: Json | undefined) =>
  Object.keys((variables ?? {}) as object).length === 0 ? undefined : variables;

const parse = (text: string | undefined) => (text === undefined ? undefined : (JSON.parse(text) as Json));

/** The number that the event of an execution has, which is another one here. */
const withoutEventId = (cause: string) => cause.replace(/ \(entered at the event id #\d+\)/, '');

/** What AWS may leave out of an answer, as the table calls it. */
const optionalFields: Record<string, string> = {
  variables: 'the variables of what failed',
  retrier: 'which retrier gave up',
  iterations: 'what iterations are given',
};

function isOptional(field: string, { attempt: { outcome } }: Step): boolean {
  const hasFailed = outcome.status === 'RETRIABLE' || outcome.status === 'FAILED';
  if (field === 'variables') return hasFailed;
  if (field === 'retrier') return outcome.status !== 'RETRIABLE';
  return field === 'iterations';
}

/** AWS draws the delay as well: it has to lie where jitter may put it. It tells whole seconds. */
function delayDifference({ attempt: { outcome } }: Step, { inspectionData }: Answer): string[] {
  if (outcome.status !== 'RETRIABLE') return [];
  const { least, most } = outcome.delaySeconds;
  const { retryBackoffIntervalSeconds: seconds } = inspectionData?.errorDetails ?? {};
  if (seconds !== undefined && seconds >= Math.floor(least) && seconds <= Math.ceil(most)) return [];
  return [`/delaySeconds: here from ${least} to ${most}, on AWS ${seconds}`];
}

function isIn(fields: Fields, pointer: string): boolean {
  const keys = pointer
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
  let value: Json | undefined = fields;
  for (const key of keys) value = (value as Fields | null | undefined)?.[key];
  return value !== undefined;
}

function aside(step: Step): string[] {
  const state = fieldsOf(step);
  const { Type, Branches } = state;
  const { outcome } = step.attempt;
  return [
    ...(decidesByTime(state) ? ['what it decides at times less than centuries away'] : []),
    ...(Type === 'Wait' ? ['how long it waits'] : []),
    ...(outcome.status === 'RETRIABLE' && outcome.delaySeconds.least !== outcome.delaySeconds.most
      ? ['the delay beyond the bounds of its jitter']
      : []),
    ...(Branches === undefined ? [] : ['what the branches do, and are given']),
  ];
}
