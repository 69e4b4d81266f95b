import { Duration } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { type IChainable, Succeed, Wait, WaitTime } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { heldByAnother } from '../retry-policies.ts';
import { functionSeconds } from '../run-times.ts';
import { releaseLease } from '../steps/lease.ts';

/** The states that release the lease of an execution which ended without having done so. */
export function releaseWorkflow(scope: Construct, table: Table, apiKey: Secret): IChainable {
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
    // Redriven since, the execution has a new lease, which it needs.
    { acquiredUntil: '{% $string($states.input.stoppedAt) %}' },
  );

  return waitForFunctions
    .next(release.addCatch(Succeed.jsonata(scope, 'Lease Not Held'), { errors: heldByAnother.errors }))
    .next(Succeed.jsonata(scope, 'Lease Released'));
}
