import { fileURLToPath } from 'node:url';
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { ArnPrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Architecture, Runtime } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import type { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { environmentNames } from '../lambdas/shared/environment.ts';
import { bundling } from './bundling.ts';
import { LeaseTable } from './lease-table.ts';
import { functionTimeout } from './workflows/run-times.ts';
import { acknowledgeWildcard } from './security-findings.ts';

export interface ReportExporterProps {
  /**
   * How long logs are kept. They hold no report data, but errors may quote an input or Lucca's reasons.
   * @default RetentionDays.SIX_MONTHS
   */
  readonly logRetention?: RetentionDays;
}

/** What all tenants share: the bucket that reports are stored in, the functions of the workflow's steps, the leases. */
export class ReportExporter extends Construct {
  /** Private, encrypted, versioned, reachable over TLS only, and kept when the stack is deleted. */
  readonly bucket: Bucket;
  readonly resolveRequest: NodejsFunction;
  readonly ensureTemplate: NodejsFunction;
  readonly createReport: NodejsFunction;
  readonly checkReport: NodejsFunction;
  readonly storeFile: NodejsFunction;
  readonly planBatch: NodejsFunction;
  readonly leases: LeaseTable;
  /** Occurrences of schedules that EventBridge Scheduler could not deliver: nothing was exported. */
  readonly undeliveredSchedules: Queue;
  /** Where the state machines of all tenants log: one group, because a log resource policy has little room. */
  readonly workflowLogs: LogGroup;
  readonly #logRetention: RetentionDays;

  constructor(scope: Construct, id: string, props: ReportExporterProps = {}) {
    super(scope, id);
    this.#logRetention = props.logRetention ?? RetentionDays.SIX_MONTHS;
    this.bucket = reportBucket(this);
    this.workflowLogs = this.#logGroup('WorkflowLogs');
    this.undeliveredSchedules = new Queue(this, 'UndeliveredSchedules', {
      enforceSSL: true,
      encryption: QueueEncryption.SQS_MANAGED,
      retentionPeriod: Duration.days(14),
    });
    this.leases = new LeaseTable(this, 'Leases', { workflowLogs: this.workflowLogs });

    this.resolveRequest = this.#function('resolve-request', { timeout: Duration.seconds(30) });
    this.ensureTemplate = this.#function('ensure-template', { timeout: functionTimeout });
    this.createReport = this.#function('create-report', { timeout: functionTimeout });
    this.checkReport = this.#function('check-report', { timeout: functionTimeout });
    // Lambda's CPU and network grow with its memory; a slow download may take as long as Lambda allows.
    this.storeFile = this.#function('store-file', { timeout: Duration.minutes(15), memorySize: 1024 });
    // Reads a manifest for each export of the batch.
    this.planBatch = this.#function('plan-batch', { timeout: Duration.minutes(5) });

    for (const user of [this.ensureTemplate, this.storeFile, this.planBatch]) {
      user.addEnvironment(environmentNames.reportBucketName, this.bucket.bucketName);
    }
    for (const reader of [this.ensureTemplate, this.planBatch]) {
      allow(reader, ['s3:GetObject'], this.bucket, '/*/templates/*');
      // Without it, S3 answers a missing key with 403 instead of 404.
      allow(reader, ['s3:ListBucket'], this.bucket);
    }
    allow(this.planBatch, ['s3:GetObject'], this.bucket, '/*/template=*/manifest.json');
    allow(this.storeFile, ['s3:PutObject', 's3:AbortMultipartUpload'], this.bucket, '/*/template=*/report.*');
  }

  /**
   * Lets the functions that call Lucca read a tenant's API key. The permission is the secret's: the functions' roles
   * would have no room for those of many tenants, and must not depend on the tenants' stacks.
   */
  grantReadApiKey(secret: Secret): void {
    const callers = [this.ensureTemplate, this.createReport, this.checkReport, this.storeFile];
    secret.addToResourcePolicy(
      new PolicyStatement({
        actions: ['secretsmanager:GetSecretValue'],
        principals: callers.map(({ role }) => new ArnPrincipal(role!.roleArn)),
        resources: ['*'],
      }),
    );
  }

  #function(name: string, options: { timeout: Duration; memorySize?: number }): NodejsFunction {
    const id = name.replaceAll(/(?:^|-)(.)/g, (_, letter: string) => letter.toUpperCase());
    return new NodejsFunction(this, id, {
      entry: fileURLToPath(new URL(`../lambdas/${name}.ts`, import.meta.url)),
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: 256,
      ...options,
      logGroup: this.#logGroup(`${id}Logs`),
      bundling,
    });
  }

  #logGroup(id: string): LogGroup {
    return new LogGroup(this, id, { retention: this.#logRetention, removalPolicy: RemovalPolicy.DESTROY });
  }
}

/** @param keys the objects that the actions are allowed on, such as `/*`; none: the bucket itself */
function allow(grantee: NodejsFunction, actions: string[], bucket: Bucket, keys = ''): void {
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
