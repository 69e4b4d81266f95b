import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table } from 'aws-cdk-lib/aws-dynamodb';
import { Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';

/**
 * Who may generate reports: at most one execution per API key at a time, because Lucca deletes a report as soon as
 * another one is generated with the same key.
 */
export class LeaseTable extends Construct {
  /**
   * One item per API key: `apiKeySecretArn`; while it is in use, `executionArn`, and `acquiredAt` and `expiresAt` in
   * milliseconds; while an export has waited for long, `nextExecutionArn` and `nextUntil`.
   */
  readonly table: Table;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.table = new Table(this, 'Table', {
      partitionKey: { name: 'apiKeySecretArn', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      // Leases live as long as exports run.
      removalPolicy: RemovalPolicy.DESTROY,
    });
  }
}

/** Keeps a state machine from the leases of other tenants, whatever its definition says. */
export function denyOtherLeases(stateMachine: StateMachine, table: Table, apiKey: ISecret): void {
  stateMachine.addToRolePolicy(
    new PolicyStatement({
      effect: Effect.DENY,
      actions: ['dynamodb:GetItem', 'dynamodb:UpdateItem'],
      resources: [table.tableArn],
      conditions: { 'ForAnyValue:StringNotEquals': { 'dynamodb:LeadingKeys': [apiKey.secretArn] } },
    }),
  );
}
