import { Duration } from 'aws-cdk-lib';
import type { Function as Lambda } from 'aws-cdk-lib/aws-lambda';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { TaskInput, Timeout, Wait, WaitTime } from 'aws-cdk-lib/aws-stepfunctions';
import { CallAwsService, EventBridgePutEvents, LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import type { ErrorName } from '../../lambdas/shared/errors.ts';
import { acknowledgeWildcard } from '../security-findings.ts';
import { secondsToWait } from './expressions.ts';
import { awsCallFailed, functionFailed, serviceUnavailable } from './retry-policies.ts';

export interface InvokeOptions {
  readonly comment: string;
  readonly payload: Record<string, unknown>;
  readonly assign?: Record<string, unknown>;
}

/** A step done by one of our functions. Its result is the function's own, without Lambda's envelope. */
export function invoke(scope: Construct, name: string, lambda: Lambda, options: InvokeOptions): LambdaInvoke {
  const task = LambdaInvoke.jsonata(scope, name, {
    comment: options.comment,
    lambdaFunction: lambda,
    payload: TaskInput.fromObject(options.payload),
    payloadResponseOnly: true,
    // Our own policies instead of the library's, which don't say what they retry.
    retryOnServiceExceptions: false,
    taskTimeout: Timeout.duration((lambda.timeout ?? Duration.seconds(3)).plus(Duration.seconds(10))),
    ...(options.assign === undefined ? {} : { assign: options.assign }),
  });
  task.addRetry(functionFailed);
  acknowledgeWildcard(scope, lambda, ':*', 'All versions of one function.');
  return task;
}

/** A step in which our function calls Lucca: it waits as long as a 429 asks, and retries when Lucca is away. */
export function invokeLucca(
  scope: Construct,
  name: string,
  lambda: Lambda,
  options: InvokeOptions & { readonly waitAfter429?: Wait },
): LambdaInvoke {
  const task = invoke(scope, name, lambda, options);
  task.addRetry(serviceUnavailable);
  const wait = options.waitAfter429 ?? waitBefore(scope, name).next(task);
  task.addCatch(wait, {
    errors: ['RateLimitedError' satisfies ErrorName],
    outputs: `{% $merge([$states.input, {'waitSeconds': ${secondsToWait}}]) %}`,
  });
  return task;
}

export const waitBefore = (scope: Construct, name: string) =>
  Wait.jsonata(scope, `Wait Before ${name}`, {
    comment: 'As long as Lucca asked for.',
    time: WaitTime.seconds('{% $states.input.waitSeconds %}'),
  });

export interface AnnounceOptions {
  readonly comment: string;
  readonly detailType: string;
  readonly detail: unknown;
}

/** A step that tells EventBridge of something, on the default bus. It hands its input on. */
export function announce(scope: Construct, name: string, options: AnnounceOptions): EventBridgePutEvents {
  const task = EventBridgePutEvents.jsonata(scope, name, {
    comment: options.comment,
    entries: [
      {
        source: 'lucca-report-export',
        detailType: options.detailType,
        detail:
          typeof options.detail === 'string'
            ? TaskInput.fromText(options.detail)
            : TaskInput.fromObject(options.detail as Record<string, unknown>),
      },
    ],
    outputs: '{% $states.input %}',
    taskTimeout: Timeout.duration(Duration.minutes(1)),
  });
  task.addRetry(awsCallFailed);
  return task;
}

export interface PutJsonOptions {
  readonly comment: string;
  readonly bucket: Bucket;
  /** Key, as an expression. */
  readonly key: string;
  /** Keys that may be written, as a pattern: the permission. */
  readonly allowedKeys: string;
  readonly body: unknown;
  readonly output: string;
}

/** A step that writes a JSON document to S3 without a function. */
export function putJson(scope: Construct, name: string, options: PutJsonOptions): CallAwsService {
  const task = CallAwsService.jsonata(scope, name, {
    comment: options.comment,
    service: 's3',
    action: 'putObject',
    parameters: {
      Bucket: options.bucket.bucketName,
      Key: options.key,
      Body: options.body,
      ContentType: 'application/json',
    },
    iamResources: [options.bucket.arnForObjects(options.allowedKeys)],
    outputs: options.output,
    taskTimeout: Timeout.duration(Duration.minutes(1)),
  });
  task.addRetry(awsCallFailed);
  acknowledgeWildcard(scope, options.bucket, `/${options.allowedKeys}`, "This tenant's keys of one kind.");
  return task;
}
