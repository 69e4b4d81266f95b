import { Duration } from 'aws-cdk-lib';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import {
  Fail,
  type IChainable,
  type StateMachine,
  Succeed,
  TaskInput,
  Timeout,
} from 'aws-cdk-lib/aws-stepfunctions';
import { CallAwsService, SqsSendMessage } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { occurrenceInput, occurrenceName } from '../expressions.ts';
import { field } from '../jsonata.ts';
import type { AlertTarget } from '../resources.ts';
import { alreadyStarted, onlyChanceFailed } from '../retry-policies.ts';
import { awsCallSeconds } from '../run-times.ts';
import { alert } from '../steps/alert.ts';
import { goOnAnyway } from '../steps/go-on-anyway.ts';

export interface StartWorkflowProps {
  /** Name of the tenant. */
  readonly tenant: string;
  /** Those that may be started. */
  readonly stateMachines: readonly StateMachine[];
  /** Where occurrences go that couldn't be started. */
  readonly undelivered: IQueue;
  /** How people are told of failures, if they are. */
  readonly alerts: AlertTarget | undefined;
}

/** The states that start what an occurrence of a schedule asks for, once. */
export function startWorkflow(
  scope: Construct,
  { tenant, stateMachines, undelivered, alerts }: StartWorkflowProps,
): IChainable {
  const taskTimeout = Timeout.duration(Duration.seconds(awsCallSeconds));
  const startOnce = CallAwsService.jsonata(scope, 'Start Once', {
    comment: 'Under a name that only this occurrence of the schedule has.',
    service: 'sfn',
    action: 'startExecution',
    parameters: {
      StateMachineArn: '{% $states.input.stateMachineArn %}',
      Name: field(occurrenceName),
      Input: field(occurrenceInput),
    },
    iamAction: 'states:StartExecution',
    iamResources: stateMachines.map(({ stateMachineArn }) => stateMachineArn),
    taskTimeout,
  });
  const keepOccurrence = SqsSendMessage.jsonata(scope, 'Keep Occurrence', {
    comment: 'In the dead-letter queue: the message is the input with which this can be started again.',
    queue: undelivered,
    messageBody: TaskInput.fromText('{% $states.input %}'),
    outputs: '{% $states.input %}',
    taskTimeout,
  });
  const notStarted = Fail.jsonata(scope, 'Not Started', {
    error: '{% $states.input.failure.Error %}',
    cause: '{% $states.input.failure.Cause %}',
  });

  goOnAnyway(
    keepOccurrence.addRetry(onlyChanceFailed),
    alert(scope, 'Alert About Occurrence', {
      alerts,
      subject: `Lucca schedule not started: ${tenant}`,
      what: `An occurrence of a schedule of the Lucca tenant ${tenant} was not started.`,
      facts: { Schedule: '$states.input.schedule', 'Scheduled time': '$states.input.scheduledTime' },
      error: '$states.input.failure.Error',
      cause: '$states.input.failure.Cause',
      next: notStarted,
    }),
  );
  return startOnce
    .addRetry(alreadyStarted)
    .addRetry(onlyChanceFailed)
    .addCatch(Succeed.jsonata(scope, 'Already Started'), { errors: alreadyStarted.errors })
    .addCatch(keepOccurrence, { outputs: "{% $merge([$states.input, {'failure': $states.errorOutput}]) %}" })
    .next(Succeed.jsonata(scope, 'Started'));
}
