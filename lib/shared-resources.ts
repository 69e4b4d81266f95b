import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { ArnPrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Function as Lambda } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import type { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { FunctionName } from '../lambdas/shared/contract.ts';
import { environmentNames } from '../lambdas/shared/environment.ts';
import { objectKeyPattern } from '../lambdas/shared/object-keys.ts';
import { createFunctions } from './functions.ts';
import { LeaseTable } from './lease-table.ts';
import { acknowledgeWildcard } from './security-findings.ts';
import type { WorkflowResources } from './workflows/resources.ts';

export interface SharedResourcesProps {
  /**
   * How long logs are kept. They hold no report data, but errors may quote an input or Lucca's reasons.
   * @default RetentionDays.SIX_MONTHS
   */
  readonly logRetention?: RetentionDays;
}

/** What all tenants share: the bucket that reports are stored in, the functions of the workflows' steps, the leases. */
export class SharedResources extends Construct implements WorkflowResources {
  /** Private, encrypted, versioned, reachable over TLS only, and kept when the stack is deleted. */
  readonly bucket: Bucket;
  readonly functions: Readonly<Record<FunctionName, Lambda>>;
  readonly leases: LeaseTable;
  /** Occurrences of schedules that EventBridge Scheduler could not deliver: nothing was exported. */
  readonly undeliveredSchedules: Queue;
  /** Where the state machines of all tenants log: one group, because a log resource policy has little room. */
  readonly workflowLogs: LogGroup;

  constructor(scope: Construct, id: string, props: SharedResourcesProps = {}) {
    super(scope, id);
    const { logRetention = RetentionDays.SIX_MONTHS } = props;
    this.bucket = reportBucket(this);
    this.workflowLogs = new LogGroup(this, 'WorkflowLogs', {
      retention: logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.undeliveredSchedules = new Queue(this, 'UndeliveredSchedules', {
      enforceSSL: true,
      encryption: QueueEncryption.SQS_MANAGED,
      retentionPeriod: Duration.days(14),
    });
    this.leases = new LeaseTable(this, 'Leases', { workflowLogs: this.workflowLogs });
    this.functions = createFunctions(this, logRetention);
    this.#grantBucket();
  }

  get leaseTable(): Table {
    return this.leases.table;
  }

  /**
   * Lets the functions that call Lucca read a tenant's API key. The permission is the secret's: the functions' roles
   * would have no room for those of many tenants, and must not depend on the tenants' stacks.
   */
  grantReadApiKey(secret: Secret): void {
    const { ensureTemplate, createReport, checkReport, storeFile } = this.functions;
    const callers = [ensureTemplate, createReport, checkReport, storeFile];
    secret.addToResourcePolicy(
      new PolicyStatement({
        actions: ['secretsmanager:GetSecretValue'],
        principals: callers.map(({ role }) => new ArnPrincipal(role!.roleArn)),
        resources: ['*'],
      }),
    );
  }

  #grantBucket(): void {
    const { ensureTemplate, planBatch, storeFile } = this.functions;
    const folder = objectKeyPattern('folder', {});
    for (const user of [ensureTemplate, storeFile, planBatch]) {
      user.addEnvironment(environmentNames.reportBucketName, this.bucket.bucketName);
    }
    for (const reader of [ensureTemplate, planBatch]) {
      allow(reader, ['s3:GetObject'], this.bucket, `/${objectKeyPattern('templateRecord', {})}`);
      // Without it, S3 answers a missing key with 403 instead of 404.
      allow(reader, ['s3:ListBucket'], this.bucket);
    }
    allow(planBatch, ['s3:GetObject'], this.bucket, `/${objectKeyPattern('manifest', { folder })}`);
    const files = `/${objectKeyPattern('file', { folder })}`;
    allow(storeFile, ['s3:PutObject', 's3:AbortMultipartUpload'], this.bucket, files);
  }
}

/** @param keys the objects that the actions are allowed on, such as `/*`; none: the bucket itself */
function allow(grantee: Lambda, actions: string[], bucket: Bucket, keys = ''): void {
  grantee.addToRolePolicy(new PolicyStatement({ actions, resources: [`${bucket.bucketArn}${keys}`] }));
  if (keys !== '') acknowledgeWildcard(grantee, bucket, keys, 'The functions serve all tenants.');
}

function reportBucket(scope: Construct): Bucket {
  return new Bucket(scope, 'Reports', {
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    enforceSSL: true,
    encryption: BucketEncryption.S3_MANAGED,
    versioned: true,
    removalPolicy: RemovalPolicy.RETAIN,
    // Parts of an upload whose function died before it could abort it.
    lifecycleRules: [{ abortIncompleteMultipartUploadAfter: Duration.days(1) }],
  });
}
