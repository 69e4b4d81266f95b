import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AnyPrincipal, Effect, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { LeaseTable } from './lease-table.ts';
import { undeliveredAlarm } from './monitoring/alarms.ts';
import { Alerts, alertTopic } from './monitoring/alerts.ts';
import type { AlarmSettings } from './settings/alarm-settings.ts';

export interface SharedResourcesProps {
  /**
   * How long logs are kept. They hold no report data, but errors may quote an input or Lucca's reasons.
   * @default RetentionDays.SIX_MONTHS
   */
  readonly logRetention?: RetentionDays;

  /**
   * Who may read objects of the bucket besides the tenants' functions, by the ARNs of IAM roles or users. With it, nobody
   * else can, whatever they are allowed. The functions are known by their stacks, whose names have to begin like that of this
   * one's stack and a hyphen.
   * @default whoever is allowed to
   */
  readonly reportReaders?: readonly string[] | undefined;

  /**
   * Who is told when something goes wrong with a tenant that doesn't say it, or with what all share.
   * @default each tenant has to say it
   */
  readonly alarms?: AlarmSettings | undefined;
}

/** What all tenants share: the bucket that reports are stored in, the leases, the log and the queue. */
export class SharedResources extends Construct {
  /** Private, encrypted, versioned, reachable over TLS only, and kept when the stack is deleted. */
  readonly bucket: Bucket;
  readonly leases: LeaseTable;
  /** Occurrences of schedules that could not be started, and ends of exports that nobody was told of. */
  readonly undelivered: Queue;
  /** Where the state machines of all tenants log. */
  readonly workflowLogs: LogGroup;
  readonly logRetention: RetentionDays;
  /** Whether the bucket is kept from all but those who are listed. */
  readonly hasReportReaders: boolean;
  /** For alerts. There whether it is used or not: what tenants' stacks import can't go before its last user has gone. */
  readonly topic: Topic;
  /** How people are told of tenants that don't say it; `none`: not at all. */
  readonly alerts: Alerts | 'none' | undefined;

  constructor(scope: Construct, id: string, props: SharedResourcesProps = {}) {
    super(scope, id);
    this.logRetention = props.logRetention ?? RetentionDays.SIX_MONTHS;
    this.bucket = reportBucket(this);
    this.hasReportReaders = props.reportReaders !== undefined;
    if (props.reportReaders !== undefined) denyOtherReaders(this.bucket, props.reportReaders);
    this.workflowLogs = new LogGroup(this, 'WorkflowLogs', {
      // Under this prefix, deliveries of logs need no entry in the account's policy, which has little room.
      logGroupName: `/aws/vendedlogs/states/${Stack.of(this).stackName}`,
      retention: this.logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.undelivered = new Queue(this, 'Undelivered', {
      enforceSSL: true,
      encryption: QueueEncryption.SQS_MANAGED,
      retentionPeriod: Duration.days(14),
    });
    // Rules of the tenants' stacks, which this one doesn't know.
    this.undelivered.addToResourcePolicy(
      new PolicyStatement({
        actions: ['sqs:SendMessage'],
        principals: [new ServicePrincipal('events.amazonaws.com')],
        resources: [this.undelivered.queueArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    );
    this.leases = new LeaseTable(this, 'Leases');
    const { alarms } = props;
    this.topic = alertTopic(this, 'AlertTopic');
    this.alerts =
      typeof alarms === 'object'
        ? new Alerts(this, 'Alerts', { settings: alarms, topic: this.topic })
        : alarms;
    if (typeof this.alerts === 'object') {
      undeliveredAlarm(this, this.alerts, Stack.of(this).stackName, this.undelivered);
    }
  }
}

/** Roles are called by their stacks, and those of tenants begin like the shared one. */
const functionRoles = (shared: Stack) =>
  shared.formatArn({
    service: 'iam',
    region: '',
    resource: 'role',
    resourceName: `${shared.stackName}-*`,
  });

function denyOtherReaders(bucket: Bucket, readers: readonly string[]): void {
  bucket.addToResourcePolicy(
    new PolicyStatement({
      effect: Effect.DENY,
      actions: ['s3:GetObject', 's3:GetObjectVersion', 's3:GetObjectVersionForReplication'],
      principals: [new AnyPrincipal()],
      resources: [bucket.arnForObjects('*')],
      conditions: { ArnNotLike: { 'aws:PrincipalArn': [functionRoles(Stack.of(bucket)), ...readers] } },
    }),
  );
}

function reportBucket(scope: Construct): Bucket {
  const bucket = new Bucket(scope, 'Reports', {
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    enforceSSL: true,
    encryption: BucketEncryption.S3_MANAGED,
    versioned: true,
    removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    // Parts of an upload whose function died before it could abort it.
    lifecycleRules: [{ abortIncompleteMultipartUploadAfter: Duration.days(1) }],
  });
  // Kept as long as what it keeps others from.
  bucket.policy!.applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
  return bucket;
}
