import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { ReportExporter } from './report-exporter.ts';
import { TenantExport } from './tenant-export.ts';
import type { TenantSettings } from './tenant-settings.ts';

export interface LuccaReportExportStackProps extends StackProps {
  readonly tenants: readonly TenantSettings[];

  /**
   * See `TenantExportProps.allowLoopbackDomain`.
   * @default false
   */
  readonly allowLoopbackDomain?: boolean;
}

/** Everything: the shared bucket and functions, and each tenant's secret and state machines. */
export class LuccaReportExportStack extends Stack {
  constructor(scope: Construct, id: string, props: LuccaReportExportStackProps) {
    super(scope, id, props);
    checkNames(props.tenants);
    const exporter = new ReportExporter(this, 'Exporter');
    new CfnOutput(this, 'ReportBucketName', { value: exporter.bucket.bucketName });

    const scopeOfTenants = new Construct(this, 'Tenants');
    for (const tenant of props.tenants) {
      const constructId = pascalCase(tenant.name);
      const tenantExport = new TenantExport(scopeOfTenants, constructId, {
        ...tenant,
        exporter,
        allowLoopbackDomain: props.allowLoopbackDomain ?? false,
      });
      new CfnOutput(this, `${constructId}StateMachineArn`, {
        value: tenantExport.stateMachine.stateMachineArn,
      });
      new CfnOutput(this, `${constructId}BatchStateMachineArn`, {
        value: tenantExport.batchStateMachine.stateMachineArn,
      });
      new CfnOutput(this, `${constructId}ApiKeySecretArn`, { value: tenantExport.apiKey.secretArn });
    }
  }
}

/** Names of constructs and outputs are made from the tenants', so these must differ in more than hyphens. */
function checkNames(tenants: readonly TenantSettings[]): void {
  if (tenants.length === 0) throw new Error('No tenant: list at least one in bin/config.ts.');
  for (const [id, alike] of Map.groupBy(tenants, ({ name }) => pascalCase(name))) {
    if (alike.length === 1) continue;
    const names = alike.map(({ name }) => JSON.stringify(name)).join(' and ');
    throw new Error(`Tenants ${names} have names too much alike: both make ${id}.`);
  }
}

const pascalCase = (name: string) =>
  name.replaceAll(/(?:^|-)([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
