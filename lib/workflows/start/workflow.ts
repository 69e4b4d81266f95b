import { Duration } from 'aws-cdk-lib';
import { type IChainable, type StateMachine, Succeed, Timeout } from 'aws-cdk-lib/aws-stepfunctions';
import { CallAwsService } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { occurrenceInput, occurrenceName } from '../expressions.ts';
import { field } from '../jsonata.ts';
import { alreadyStarted, onlyChanceFailed } from '../retry-policies.ts';
import { awsCallSeconds } from '../run-times.ts';

/**
 * The states that start what an occurrence of a schedule asks for, once.
 * @param stateMachines those that may be started
 */
export function startWorkflow(scope: Construct, stateMachines: readonly StateMachine[]): IChainable {
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
    taskTimeout: Timeout.duration(Duration.seconds(awsCallSeconds)),
  });

  return startOnce
    .addRetry(alreadyStarted)
    .addRetry(onlyChanceFailed)
    .addCatch(Succeed.jsonata(scope, 'Already Started'), { errors: alreadyStarted.errors })
    .next(Succeed.jsonata(scope, 'Started'));
}
