import { Duration } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import {
  Choice,
  Condition,
  type IChainable,
  type StateMachine,
  Succeed,
  Wait,
  WaitTime,
} from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { acknowledgeExecutionsOf, executionsOf } from '../executions.ts';
import { heldByAnother, onlyChanceFailed, unknownExecution } from '../retry-policies.ts';
import { functionSeconds } from '../run-times.ts';
import { describeExecution } from '../steps/describe-execution.ts';
import { releaseLease } from '../steps/lease.ts';

export interface ReleaseWorkflowProps {
  readonly table: Table;
  readonly apiKey: ISecret;
  /** Whose executions have the lease. */
  readonly stateMachine: StateMachine;
}

/** The states that release the lease of an execution which ended without having done so. */
export function releaseWorkflow(
  scope: Construct,
  { table, apiKey, stateMachine }: ReleaseWorkflowProps,
): IChainable {
  const waitForFunctions = Wait.jsonata(scope, 'Wait For Functions', {
    comment:
      'A function that was running when its execution was stopped goes on: it may yet create a report.',
    time: WaitTime.duration(Duration.seconds(functionSeconds)),
  });
  const release = releaseLease(
    scope,
    {
      table,
      apiKeySecretArn: apiKey.secretArn,
      executionArn: '{% $states.input.executionArn %}',
    },
    // Redriven since, and stopped again, the execution has a new lease, which the release after that end sees to.
    { acquiredUntil: '{% $string($states.input.stoppedAt) %}' },
  );
  const describe = describeExecution(scope, 'Describe Execution', {
    comment: 'Whether the execution has ended.',
    executionArn: '{% $states.input.executionArn %}',
    executions: executionsOf(stateMachine),
    outputs: "{% $merge([$states.input, {'status': $states.result.Status}]) %}",
    retries: [unknownExecution, onlyChanceFailed],
  });
  acknowledgeExecutionsOf(scope, stateMachine);
  const notReleased = Succeed.jsonata(scope, 'Lease Not Released');

  const stillRunning = Choice.jsonata(scope, 'Still Running?', {
    comment: 'Redriven since, or not at its end at all, whatever the input says.',
  });
  describe.addCatch(notReleased, { errors: unknownExecution.errors }).next(stillRunning);
  stillRunning
    .when(Condition.jsonata("{% $states.input.status = 'RUNNING' %}"), notReleased)
    .otherwise(release);
  release
    .addRetry(heldByAnother)
    .addRetry(onlyChanceFailed)
    .addCatch(notReleased, { errors: heldByAnother.errors })
    .next(Succeed.jsonata(scope, 'Lease Released'));
  return waitForFunctions.next(describe);
}
