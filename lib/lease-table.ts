import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table } from 'aws-cdk-lib/aws-dynamodb';
import { EventField, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { SfnStateMachine } from 'aws-cdk-lib/aws-events-targets';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { releaseWorkflow } from './workflows/release/workflow.ts';
import { functionSeconds } from './workflows/run-times.ts';
import { createStateMachine } from './workflows/state-machine.ts';

export interface LeaseTableProps {
  readonly workflowLogs: LogGroup;
}

/**
 * Who may generate reports: at most one execution per API key at a time, because Lucca deletes a report as soon as
 * another one is generated with the same key.
 */
export class LeaseTable extends Construct {
  /** One item per API key in use: `apiKeySecretArn`, `executionArn`, and `acquiredAt` and `expiresAt` in milliseconds. */
  readonly table: Table;
  /** Releases the leases of executions that ended before they could do it themselves. */
  readonly releaseStateMachine: StateMachine;

  constructor(scope: Construct, id: string, { workflowLogs }: LeaseTableProps) {
    super(scope, id);
    this.table = new Table(this, 'Table', {
      partitionKey: { name: 'apiKeySecretArn', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      // Leases live as long as exports run.
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.releaseStateMachine = createStateMachine(this, 'Release', {
      comment:
        'Releases the lease of an export that was stopped, timed out, or failed before it could do so.',
      definition: releaseWorkflow(this, this.table),
      logs: workflowLogs,
      timeout: Duration.seconds(functionSeconds).plus(Duration.hours(1)),
    });
  }

  /** Has the lease of a state machine's executions released however they end. */
  releaseWhenStopped(stateMachine: StateMachine, apiKey: Secret): void {
    new Rule(stateMachine, 'Stopped', {
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
        new SfnStateMachine(this.releaseStateMachine, {
          input: RuleTargetInput.fromObject({
            apiKeySecretArn: apiKey.secretArn,
            executionArn: EventField.fromPath('$.detail.executionArn'),
            stoppedAt: EventField.fromPath('$.detail.stopDate'),
          }),
        }),
      ],
    });
  }
}
