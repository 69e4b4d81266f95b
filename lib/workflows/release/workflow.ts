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
import { endOfExecution, hasEnded } from '../expressions.ts';
import { field } from '../jsonata.ts';
import { dataLimitExceeded, heldByAnother, onlyChanceFailed, unknownExecution } from '../retry-policies.ts';
import { functionsEndSeconds, functionSeconds } from '../run-times.ts';
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
    time: WaitTime.duration(Duration.seconds(functionsEndSeconds)),
  });
  const describe = describeExecution(scope, 'Describe Execution', {
    comment: 'Whether the execution has ended, and when.',
    executionArn: '{% $states.input.executionArn %}',
    executions: executionsOf(stateMachine),
    outputs: field(endOfExecution),
    retries: [unknownExecution, onlyChanceFailed],
  });
  acknowledgeExecutionsOf(scope, stateMachine);
  const ended = Choice.jsonata(scope, 'Ended?', {
    comment:
      'Redriven since, or stopped later than the input says, it has another end, with a release of its own.',
  });
  const notReleased = Succeed.jsonata(scope, 'Lease Not Released');
  const release = releaseLease(
    scope,
    {
      table,
      apiKeySecretArn: apiKey.secretArn,
      executionArn: '{% $states.input.executionArn %}',
    },
    // Redriven since, and stopped again, the execution may have a new lease.
    { acquiredUntil: '{% $string($states.input.endedAt) %}' },
  );

  describe
    .addCatch(notReleased, { errors: unknownExecution.errors })
    // It is told of with its input, which may be too large for that: then the event is believed.
    .addCatch(release, {
      ...dataLimitExceeded,
      outputs:
        "{% $merge([$states.input, {'endedAt': $exists($states.input.stoppedAt) ? $states.input.stoppedAt : $millis()}]) %}",
    })
    .next(ended);
  ended
    .when(Condition.jsonata(field(hasEnded('$states.input', functionSeconds))), release)
    .otherwise(notReleased);
  release
    .addRetry(onlyChanceFailed)
    .addCatch(notReleased, { errors: heldByAnother.errors })
    .next(Succeed.jsonata(scope, 'Lease Released'));
  return waitForFunctions.next(describe);
}
