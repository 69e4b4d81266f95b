import { Duration } from 'aws-cdk-lib';
import { type RetryProps, Timeout } from 'aws-cdk-lib/aws-stepfunctions';
import { CallAwsService } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import type { JsonataField } from '../jsonata.ts';
import { awsCallSeconds } from '../run-times.ts';

export interface DescribeExecutionProps {
  readonly comment: string;
  readonly executionArn: JsonataField;
  /** Which executions may be described: a pattern of ARNs. */
  readonly executions: string;
  /** What the state hands on; `$states.result` has `Status`, and `StopDate` as ISO text where it has ended. */
  readonly outputs: JsonataField;
  readonly retries: readonly RetryProps[];
}

/** Asks Step Functions how an execution stands. */
export function describeExecution(
  scope: Construct,
  name: string,
  { comment, executionArn, executions, outputs, retries }: DescribeExecutionProps,
): CallAwsService {
  const task = CallAwsService.jsonata(scope, name, {
    comment,
    service: 'sfn',
    action: 'describeExecution',
    parameters: { ExecutionArn: executionArn },
    iamAction: 'states:DescribeExecution',
    iamResources: [executions],
    outputs,
    taskTimeout: Timeout.duration(Duration.seconds(awsCallSeconds)),
  });
  for (const policy of retries) task.addRetry(policy);
  return task;
}
