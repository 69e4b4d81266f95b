import { Duration, Stack } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { EventField, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { SfnStateMachine } from 'aws-cdk-lib/aws-events-targets';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import { type IQueue, Queue } from 'aws-cdk-lib/aws-sqs';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { delivery } from './delivery.ts';
import { denyOtherLeases } from './lease-table.ts';
import { releaseWorkflow } from './workflows/release/workflow.ts';
import { functionSeconds } from './workflows/run-times.ts';
import { createStateMachine } from './workflows/state-machine.ts';

export interface LeaseReleaseProps {
  /** Of the state machine that does it. */
  readonly name: string;
  readonly table: Table;
  readonly apiKey: ISecret;
  /** Whose executions have the lease. */
  readonly stateMachine: StateMachine;
  readonly workflowLogs: LogGroup;
  /** Where ends of exports go that can't be delivered. */
  readonly undelivered: IQueue;
}

/** Releases the lease of a tenant's executions that ended before they could do it themselves. */
export class LeaseRelease extends Construct {
  /** Releases the lease of an execution that ended without having done so. */
  readonly stateMachine: StateMachine;

  constructor(
    scope: Construct,
    id: string,
    { name, table, apiKey, stateMachine, workflowLogs, undelivered }: LeaseReleaseProps,
  ) {
    super(scope, id);
    const release = createStateMachine(this, 'Release', {
      name,
      comment:
        'Releases the lease of an export that was stopped, timed out, or failed before it could do so.',
      definition: releaseWorkflow(this, { table, apiKey, stateMachine }),
      logs: workflowLogs,
      timeout: Duration.seconds(functionSeconds).plus(Duration.hours(3)),
    });
    this.stateMachine = release;
    denyOtherLeases(release, table, apiKey);
    new Rule(this, 'Stopped', {
      description: 'Releases the lease of an export that ended without having released it.',
      eventPattern: {
        source: ['aws.states'],
        detailType: ['Step Functions Execution Status Change'],
        detail: {
          stateMachineArn: [stateMachine.stateMachineArn],
          // Failed: one whose history was full, say, which no Catch sees.
          status: ['ABORTED', 'TIMED_OUT', 'FAILED'],
        },
      },
      targets: [
        new SfnStateMachine(release, {
          role: eventsRole(this),
          // By its ARN: its policy lets all rules of the account in, and can't name this one.
          deadLetterQueue: Queue.fromQueueArn(this, 'Undelivered', undelivered.queueArn),
          ...delivery,
          input: RuleTargetInput.fromObject({
            executionArn: EventField.fromPath('$.detail.executionArn'),
            stoppedAt: EventField.fromPath('$.detail.stopDate'),
          }),
        }),
      ],
    });
  }
}

/** EventBridge takes it for rules of this account alone, as the CDK's own would not say. */
function eventsRole(scope: Construct): Role {
  const { account } = Stack.of(scope);
  return new Role(scope, 'EventsRole', {
    assumedBy: new ServicePrincipal('events.amazonaws.com', {
      conditions: { StringEquals: { 'aws:SourceAccount': account } },
    }),
  });
}
