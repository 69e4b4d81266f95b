import type { InspectionErrorDetails, TestStateCommandInput } from '@aws-sdk/client-sfn';
import type { Json, StateAttempt } from '../../../local/states-language/index.ts';
import { attemptsAlone, type Mock } from './alone.ts';
import type { Answer } from './compare-answer.ts';
import type { StateFields } from './definition.ts';
import { checkRequest } from './server-checks.ts';

/** Checks a request, runs the state that it names and tells what came of it. */
export async function answerRequest(request: TestStateCommandInput): Promise<Answer> {
  const { definition, state } = checkRequest(request);
  const { stateName, input = '{}', variables = '{}', context, mock, stateConfiguration } = request;
  const attempts = await attemptsAlone(definition, {
    state: stateName!,
    input: JSON.parse(input) as Json,
    variables: JSON.parse(variables) as Record<string, Json>,
    at: Date.now(),
    ...(context !== undefined && { context: JSON.parse(context) as Json }),
    ...(mock !== undefined && { mock: mockOf(mock) }),
  });
  // The same error again and again: each attempt has one more behind it.
  const retries = stateConfiguration?.retrierRetryCount ?? 0;
  return answerOf(attempts[Math.min(retries, attempts.length - 1)]!, state);
}

function mockOf({ result, errorOutput }: NonNullable<TestStateCommandInput['mock']>): Mock {
  if (result !== undefined) return { result: JSON.parse(result) as Json };
  return { error: errorOutput?.error ?? '', cause: errorOutput?.cause ?? '' };
}

function answerOf(attempt: StateAttempt, { Type, ItemSelector }: StateFields): Answer {
  const { outcome, input, arguments: given, variables } = attempt;
  const assigned = 'assigned' in outcome ? outcome.assigned : undefined;
  const after = { ...variables, ...assigned };
  return {
    status: outcome.status,
    ...('output' in outcome && { output: JSON.stringify(outcome.output), nextState: outcome.next }),
    ...('error' in outcome && { error: outcome.error }),
    ...('cause' in outcome && { cause: outcome.cause }),
    inspectionData: {
      input: JSON.stringify(input),
      ...(Type === 'Task' && given !== undefined && { afterArguments: JSON.stringify(given) }),
      ...(ItemSelector !== undefined && given !== undefined && { afterItemSelector: JSON.stringify(given) }),
      ...(Object.keys(after).length > 0 && { variables: JSON.stringify(after) }),
      ...(outcome.status !== 'SUCCEEDED' && { errorDetails: errorDetailsOf(attempt) }),
    },
  };
}

function errorDetailsOf({ outcome, retrier }: StateAttempt): InspectionErrorDetails {
  return {
    ...(outcome.status === 'CAUGHT_ERROR' && { catchIndex: outcome.catcher }),
    ...(outcome.status !== 'CAUGHT_ERROR' && retrier !== undefined && { retryIndex: retrier.index }),
    ...(outcome.status === 'RETRIABLE' && {
      retryBackoffIntervalSeconds: Math.ceil(outcome.delaySeconds.most),
    }),
  };
}
