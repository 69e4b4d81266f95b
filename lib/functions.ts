import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AssetHashType, DockerImage, Duration, RemovalPolicy } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Code, Function as Lambda, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { type FunctionName, functionNames, type Tenant } from '../lambdas/shared/contract.ts';
import { environmentNames } from '../lambdas/shared/environment.ts';
import { objectKeyPattern } from '../lambdas/shared/object-keys.ts';
import { bundleFunctions, lambdas } from './bundles.ts';
import { acknowledgeWildcard } from './security-findings.ts';
import { functionSeconds } from './workflows/run-times.ts';

interface FunctionSettings {
  readonly description: string;
  readonly timeout: Duration;
  /** MiB. */
  readonly memorySize?: number;
}

const callsLucca = { timeout: Duration.seconds(functionSeconds) };

const settings: Readonly<Record<FunctionName, FunctionSettings>> = {
  resolveRequest: {
    description: 'Validates the input of an export and makes its dates absolute.',
    timeout: Duration.seconds(30),
  },
  ensureTemplate: {
    description: 'Finds the report template that was created from a payload, or has Lucca create it.',
    ...callsLucca,
  },
  createReport: { description: 'Has Lucca generate a report.', ...callsLucca },
  checkReport: { description: 'Asks Lucca how far a report is.', ...callsLucca },
  // Lambda's CPU and network grow with its memory; a slow download may take as long as Lambda allows.
  storeFile: {
    description: 'Streams a file of a report from Lucca into the bucket.',
    timeout: Duration.minutes(15),
    memorySize: 1024,
  },
  // Reads a manifest for each export of the batch.
  planBatch: {
    description: 'Validates the input of a batch and lists its exports.',
    timeout: Duration.minutes(5),
  },
};

export interface TenantFunctionsProps {
  readonly tenant: Tenant;
  readonly apiKey: ISecret;
  readonly bucket: Bucket;
  readonly logRetention: RetentionDays;
}

/**
 * The functions of one tenant's workflows. What goes together, its name, domain and secret, is in their environment, and
 * their roles reach this tenant's secret and folder only: whoever invokes one can't choose whose key goes where.
 */
export class TenantFunctions extends Construct {
  readonly byName: Readonly<Record<FunctionName, Lambda>>;
  /** Those that call Lucca, and so read the API key. */
  readonly luccaCallers: readonly Lambda[];

  constructor(scope: Construct, id: string, props: TenantFunctionsProps) {
    super(scope, id);
    this.byName = Object.fromEntries(
      functionNames.map((name) => [name, createFunction(this, name, props)]),
    ) as Record<FunctionName, Lambda>;
    const { ensureTemplate, createReport, checkReport, storeFile, planBatch } = this.byName;
    this.luccaCallers = [ensureTemplate, createReport, checkReport, storeFile];
    for (const caller of this.luccaCallers) {
      const { secretArn } = props.apiKey;
      caller.addToRolePolicy(
        new PolicyStatement({ actions: ['secretsmanager:GetSecretValue'], resources: [secretArn] }),
      );
    }
    this.#grantBucket({ ensureTemplate, storeFile, planBatch }, props);
  }

  #grantBucket(
    { ensureTemplate, storeFile, planBatch }: Record<'ensureTemplate' | 'storeFile' | 'planBatch', Lambda>,
    { bucket, tenant: { name: tenant } }: TenantFunctionsProps,
  ): void {
    const folder = objectKeyPattern('folder', { tenant });
    for (const reader of [ensureTemplate, planBatch]) {
      allow(reader, ['s3:GetObject'], bucket, objectKeyPattern('templateRecord', { tenant }));
      // Without it, S3 answers a missing key with 403 instead of 404. It has no condition on prefixes: where a key is read,
      // there is none.
      reader.addToRolePolicy(
        new PolicyStatement({ actions: ['s3:ListBucket'], resources: [bucket.bucketArn] }),
      );
    }
    const payloads = objectKeyPattern('templatePayload', { tenant });
    allow(ensureTemplate, ['s3:GetObject'], bucket, payloads);
    allow(planBatch, ['s3:GetObject', 's3:PutObject'], bucket, payloads);
    allow(planBatch, ['s3:GetObject'], bucket, objectKeyPattern('manifest', { folder }));
    allow(
      storeFile,
      ['s3:PutObject', 's3:AbortMultipartUpload'],
      bucket,
      objectKeyPattern('file', { folder }),
    );
  }
}

/** @param keys the objects that the actions are allowed on */
function allow(grantee: Lambda, actions: string[], bucket: Bucket, keys: string): void {
  grantee.addToRolePolicy(new PolicyStatement({ actions, resources: [bucket.arnForObjects(keys)] }));
  acknowledgeWildcard(grantee.role!, bucket, `/${keys}`, "This tenant's keys of one kind.");
}

function createFunction(
  scope: Construct,
  name: FunctionName,
  { tenant, bucket, logRetention }: TenantFunctionsProps,
): Lambda {
  const id = name.replace(/^./, (letter) => letter.toUpperCase());
  const logGroup = new LogGroup(scope, `${id}Logs`, {
    retention: logRetention,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  // AWS's own role for functions may create log groups: late lines would do so after the stack has gone, to be kept for ever.
  const role = new Role(scope, `${id}Role`, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  logGroup.grantWrite(role);
  return new Lambda(scope, id, {
    code: functionCode(name),
    handler: 'index.handler',
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    memorySize: 256,
    ...settings[name],
    environment: {
      [environmentNames.tenantName]: tenant.name,
      [environmentNames.tenantDomain]: tenant.domain,
      [environmentNames.tenantTimeZone]: tenant.timeZone,
      [environmentNames.apiKeySecretArn]: tenant.apiKeySecretArn,
      [environmentNames.reportBucketName]: bucket.bucketName,
    },
    role,
    logGroup,
  });
}

/** Name of a function's file: `create-report` of `createReport`. */
const fileName = (name: FunctionName) => name.replaceAll(/[A-Z]/g, (capital) => `-${capital.toLowerCase()}`);

/** Nothing is bundled where the CDK needs no bundles, as for `cdk list`. */
const functionCode = (name: FunctionName) =>
  Code.fromAsset(lambdas, {
    // By what comes out: a function changes only where its code does.
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      // What CDK would bundle with if we didn't. Without the name, it would take all functions for the same asset.
      image: DockerImage.fromRegistry('none'),
      command: [name],
      local: {
        tryBundle: (directory) => {
          writeFileSync(join(directory, 'index.mjs'), bundleFunctions().code.get(fileName(name))!);
          return true;
        },
      },
    },
  });
