import type { MockInput, TestStateCommandInput } from '@aws-sdk/client-sfn';
import type { Json } from '../../../local/states-language/index.ts';
import { fieldsOf, isMocked, type Step } from './step.ts';

/** What TestState takes at most, in characters; an attempt may last five minutes. */
export const LIMITS = {
  definition: 1_048_576,
  data: 262_144,
  error: 256,
  cause: 32_768,
  seconds: 300,
} as const;

/** Seconds that a Wait may take here: TestState may well wait as long. */
const longestWait = 240;

/** The call of TestState that repeats a step, with everything that the step saw. */
export function requestOf(step: Step): TestStateCommandInput {
  const { state, input, variables, context, retrier } = step.attempt;
  const request: TestStateCommandInput = {
    definition: JSON.stringify(step.definition),
    stateName: state,
    inspectionLevel: 'DEBUG',
    input: JSON.stringify(input),
    variables: JSON.stringify(variables),
  };
  if (!isMocked(fieldsOf(step))) return request;
  const mock = mockOf(step);
  return {
    ...request,
    mock,
    context: JSON.stringify(contextTaken(context, fieldsOf(step))),
    ...(mock.errorOutput !== undefined && {
      stateConfiguration: {
        ...(retrier !== undefined && { retrierRetryCount: retrier.retries }),
        ...(step.causedBy !== undefined && { errorCausedByState: step.causedBy }),
      },
    }),
  };
}

/**
 * Results have to be as the service's API describes them: STRICT also finds where the engine's integrations answer
 * otherwise than AWS. Those of `.sync:2` are no answers of the API: their `Output` is parsed.
 */
function mockOf(step: Step): MockInput {
  const { result = {}, outcome, arguments: given } = step.attempt;
  const failed = step.attempt.result === undefined && given !== undefined && outcome.status !== 'SUCCEEDED';
  if (failed) return { errorOutput: { error: outcome.error ?? '', cause: outcome.cause ?? '' } };
  const { Resource } = fieldsOf(step);
  const isParsed = typeof Resource === 'string' && Resource.includes('.sync');
  return { result: JSON.stringify(result), fieldValidationMode: isParsed ? 'NONE' : 'STRICT' };
}

/**
 * TestState refuses the item of a Map in a context, and fields that it doesn't know: AWS says not which it knows. So how often the
 * execution was redriven is told to those alone that ask for it.
 */
function contextTaken(context: Json, fields: object): Json {
  const { Map: _item, ...taken } = context as { Map?: Json; Execution: Record<string, Json> };
  const { RedriveCount, RedriveTime: _time, ...Execution } = taken.Execution;
  const isAskedFor = JSON.stringify(fields).includes('.RedriveCount');
  return { ...taken, Execution: isAskedFor ? { ...Execution, RedriveCount: RedriveCount! } : Execution };
}

/** Why a step can't be sent; undefined if it can. */
export function whyNotSent(step: Step): string | undefined {
  const { definition, mock, input, variables, context } = requestOf(step);
  const { seconds = 0 } = step.attempt;
  if (seconds > longestWait)
    return `it waits for ${seconds} s, and TestState runs for ${LIMITS.seconds} s at most`;
  if (definition!.length > LIMITS.definition) return 'its definition is longer than TestState takes';
  const data = [input, variables, context, mock?.result].map((text = '') => text.length);
  if (Math.max(...data) > LIMITS.data) return 'its data is longer than TestState takes';
  const { error = '', cause = '' } = mock?.errorOutput ?? {};
  if (error.length > LIMITS.error || cause.length > LIMITS.cause)
    return 'its error is longer than TestState takes';
  return undefined;
}
