import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { acknowledgeFindings } from './security-findings.ts';
import { TenantExport, type TenantExportProps } from './tenant-export.ts';

export interface TenantStackProps extends StackProps, TenantExportProps {}

/**
 * One tenant. A stack of its own keeps the tenants' state machines within CloudFormation's limits however many there
 * are, and never moves a secret to another stack, which would create it anew.
 */
export class TenantStack extends Stack {
  readonly tenant: TenantExport;

  constructor(scope: Construct, id: string, props: TenantStackProps) {
    super(scope, id, props);
    acknowledgeFindings(this);
    this.tenant = new TenantExport(this, 'Tenant', props);
    const { stateMachine, batchStateMachine, apiKey } = this.tenant;
    new CfnOutput(this, 'StateMachineArn', {
      description: 'Start it to make one export.',
      value: stateMachine.stateMachineArn,
    });
    new CfnOutput(this, 'BatchStateMachineArn', {
      description: 'Start it to make several exports, one after the other.',
      value: batchStateMachine.stateMachineArn,
    });
    new CfnOutput(this, 'ApiKeySecretArn', {
      description: 'Put the API key of Lucca in there.',
      value: apiKey.secretArn,
    });
  }
}
