import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { acknowledgeFindings } from './security-findings.ts';
import { SharedResources, type SharedResourcesProps } from './shared-resources.ts';

export interface SharedStackProps
  extends StackProps, Pick<SharedResourcesProps, 'reportReaders' | 'alarms'> {}

/** What all tenants share: the bucket and the leases. */
export class SharedStack extends Stack {
  readonly resources: SharedResources;

  constructor(scope: Construct, id: string, props: SharedStackProps = {}) {
    super(scope, id, props);
    acknowledgeFindings(this);
    // The id stays: the resources are named by it.
    this.resources = new SharedResources(this, 'Exporter', {
      reportReaders: props.reportReaders,
      alarms: props.alarms,
    });
    // Exported whether a tenant has schedules, and anybody is told, or not: an export that is used can't go before its last user has gone.
    this.exportValue(this.resources.undelivered.queueArn);
    this.exportValue(this.resources.undelivered.queueUrl);
    this.exportValue(this.resources.topic.topicArn);
    new CfnOutput(this, 'ReportBucketName', {
      description: 'Where the reports are.',
      value: this.resources.bucket.bucketName,
    });
    new CfnOutput(this, 'UndeliveredQueueUrl', {
      description: 'What could not be delivered, and nobody else will do.',
      value: this.resources.undelivered.queueUrl,
    });
    new CfnOutput(this, 'LeaseTableName', {
      description: 'Which execution has the lease on which API key.',
      value: this.resources.leases.table.tableName,
    });
  }
}
