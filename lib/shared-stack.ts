import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { ReportExporter } from './shared-resources.ts';
import { acknowledgeFindings } from './security-findings.ts';

/** What all tenants share: the bucket, the functions and the leases. */
export class SharedStack extends Stack {
  readonly exporter: ReportExporter;

  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);
    acknowledgeFindings(this);
    this.exporter = new ReportExporter(this, 'Exporter');
    // Exported whether a tenant has schedules or not: an export that is used can't go before its last user has gone.
    this.exportValue(this.exporter.undeliveredSchedules.queueArn);
    new CfnOutput(this, 'ReportBucketName', { value: this.exporter.bucket.bucketName });
  }
}
