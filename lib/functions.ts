import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AssetHashType, DockerImage, Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Architecture, Code, Function as Lambda, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { type FunctionName, functionNames } from '../lambdas/shared/contract.ts';
import { bundleFunctions, lambdas } from './bundles.ts';
import { functionSeconds } from './workflows/run-times.ts';

interface FunctionSettings {
  readonly timeout: Duration;
  /** MiB. */
  readonly memorySize?: number;
}

const callsLucca: FunctionSettings = { timeout: Duration.seconds(functionSeconds) };

const settings: Readonly<Record<FunctionName, FunctionSettings>> = {
  resolveRequest: { timeout: Duration.seconds(30) },
  ensureTemplate: callsLucca,
  createReport: callsLucca,
  checkReport: callsLucca,
  // Lambda's CPU and network grow with its memory; a slow download may take as long as Lambda allows.
  storeFile: { timeout: Duration.minutes(15), memorySize: 1024 },
  // Reads a manifest for each export of the batch.
  planBatch: { timeout: Duration.minutes(5) },
};

/** The functions of the workflows, which serve all tenants. */
export function createFunctions(
  scope: Construct,
  logRetention: RetentionDays,
): Readonly<Record<FunctionName, Lambda>> {
  const create = (name: FunctionName) => {
    const id = name.replace(/^./, (letter) => letter.toUpperCase());
    return new Lambda(scope, id, {
      code: functionCode(name),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: 256,
      ...settings[name],
      logGroup: new LogGroup(scope, `${id}Logs`, {
        retention: logRetention,
        removalPolicy: RemovalPolicy.DESTROY,
      }),
    });
  };
  return Object.fromEntries(functionNames.map((name) => [name, create(name)])) as Record<
    FunctionName,
    Lambda
  >;
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
