import { Duration } from 'aws-cdk-lib';
import { TaskInput, Timeout, Wait, WaitTime } from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import type { FunctionInput, FunctionName } from '../../../lambdas/shared/contract.ts';
import type { ErrorName } from '../../../lambdas/shared/errors.ts';
import { acknowledgeWildcard } from '../../security-findings.ts';
import { secondsToWait } from '../expressions.ts';
import { field, type Payload } from '../jsonata.ts';
import type { WorkflowResources } from '../resources.ts';
import { functionFailed, functionNotRun, serviceUnavailable } from '../retry-policies.ts';

export interface InvokeOptions<Name extends FunctionName> {
  readonly function: Name;
  readonly comment: string;
  readonly payload: Payload<FunctionInput<Name>>;
  readonly assign?: Record<string, unknown>;
}

/** A step done by one of our functions. Its result is the function's own, without Lambda's envelope. */
export function invoke<Name extends FunctionName>(
  scope: Construct,
  state: string,
  { functions }: WorkflowResources,
  options: InvokeOptions<Name>,
): LambdaInvoke {
  const lambda = functions[options.function];
  const task = LambdaInvoke.jsonata(scope, state, {
    comment: options.comment,
    lambdaFunction: lambda,
    payload: TaskInput.fromObject(options.payload),
    payloadResponseOnly: true,
    // Our own policies instead of the library's, which don't say what they retry.
    retryOnServiceExceptions: false,
    taskTimeout: Timeout.duration(lambda.timeout!.plus(Duration.seconds(10))),
    ...(options.assign === undefined ? {} : { assign: options.assign }),
  });
  task.addRetry(functionNotRun).addRetry(functionFailed);
  acknowledgeWildcard(scope, lambda, ':*', 'All versions of one function.');
  return task;
}

/** A step in which our function calls Lucca: it waits as long as Lucca asks, and retries when Lucca is away. */
export function invokeLucca<Name extends FunctionName>(
  scope: Construct,
  state: string,
  resources: WorkflowResources,
  options: InvokeOptions<Name> & { readonly waitAsAsked?: Wait },
): LambdaInvoke {
  const task = invoke(scope, state, resources, options);
  task.addRetry(serviceUnavailable);
  const wait = options.waitAsAsked ?? waitBefore(scope, state).next(task);
  task.addCatch(wait, {
    errors: ['RateLimitedError', 'LuccaBusyError'] satisfies ErrorName[],
    outputs: field(`$merge([$states.input, {'waitSeconds': ${secondsToWait}}])`),
  });
  return task;
}

export const waitBefore = (scope: Construct, state: string) =>
  Wait.jsonata(scope, `Wait Before ${state}`, {
    comment: 'As long as Lucca asked for.',
    time: WaitTime.seconds('{% $states.input.waitSeconds %}'),
  });
