import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { environmentNames } from '../lambdas/shared/environment.ts';
import type { Assembly } from './assembly/assembly.ts';
import { region } from './assembly/cloud-formation.ts';
import { createCredentials, type Credentials } from './aws/credentials.ts';
import { type DynamoDb, startDynamoDb } from './aws/dynamodb/dynamodb.ts';
import { createFunctions, type Functions } from './aws/lambda/functions.ts';
import { networkSettings } from './aws/lambda/network.ts';
import { type S3, startS3 } from './aws/s3/s3.ts';
import { type SecretsManager, startSecretsManager } from './aws/secrets-manager/secrets-manager.ts';
import { withoutSharedFiles } from './aws/settings.ts';
import { integrationOf } from './aws/step-functions/integrations/integrations.ts';
import {
  type AroundTask,
  createStepFunctions,
  loadStateMachines,
  type StepFunctions,
  type StepFunctionsOptions,
} from './aws/step-functions/step-functions.ts';
import type { Clock } from './clock.ts';

export interface EngineOptions extends Pick<StepFunctionsOptions, 'around' | 'onEnd' | 'onEvent' | 'random'> {
  assembly: Assembly;
  /** Where the bucket's objects become files. */
  directory: string;
  apiKey: string;
  clock: Clock;
  onLog?: (functionName: string, line: string) => void;
  /** Told why the directory can't be used any more: what needs it fails from then on. */
  onDiskError?: (error: Error) => void;
  /** An environment whose proxies and certificates the functions use for requests that leave this machine. @default none */
  network?: NodeJS.ProcessEnv;
  /** Functions that run already, and expect S3 and Secrets Manager at these ports. @default functions of its own */
  running?: RunningFunctions;
}

export interface RunningFunctions {
  functions: Functions;
  credentials: Credentials;
  s3Port: number;
  secretsManagerPort: number;
}

/** A laptop standing in for AWS: the state machines and functions of an assembly, and the services that they use. */
export interface Engine extends StepFunctions {
  /** What its services know their clients by. */
  credentials: Credentials;
  s3: S3;
  secretsManager: SecretsManager;
  dynamoDb: DynamoDb;
}

/** If anything can't be started, what was started before it is closed. */
export async function startEngine(options: EngineOptions): Promise<Engine> {
  const { assembly, directory, apiKey, clock, onLog, onDiskError, running, around, onEnd, onEvent, random } =
    options;
  const credentials = running?.credentials ?? createCredentials();
  const { accessKeyId } = credentials;
  await using opened = new AsyncDisposableStack();
  const s3 = await startS3({
    bucket: assembly.bucketName,
    directory,
    port: running?.s3Port ?? 0,
    accessKeyId,
    onDiskError,
  });
  opened.defer(s3.close);
  const secretsManager = await startSecretsManager({
    secrets: Object.fromEntries(assembly.secrets.map((arn) => [arn, apiKey])),
    port: running?.secretsManagerPort ?? 0,
    accessKeyId,
  });
  opened.defer(secretsManager.close);
  const dynamoDb = await startDynamoDb({ region, credentials, tables: assembly.tables });
  opened.defer(dynamoDb.close);
  const s3Client = opened.adopt(new S3Client({ endpoint: s3.url, region, credentials }), (client) =>
    client.destroy(),
  );
  const dynamoDbClient = opened.adopt(
    new DynamoDBClient({ endpoint: dynamoDb.url, region, credentials }),
    (client) => client.destroy(),
  );
  const functions =
    running?.functions ??
    opened.adopt(
      createFunctions({
        functions: assembly.functions,
        environment: {
          ...functionEnvironment(s3.url, secretsManager.url, credentials),
          ...networkSettings(options.network ?? {}),
        },
        ...(onLog === undefined ? {} : { onLog }),
      }),
      (own) => own.close(),
    );
  const environments = new Map(assembly.functions.map(({ arn, environment }) => [arn, environment]));
  const stepFunctions = createStepFunctions({
    stateMachines: loadStateMachines(
      assembly.stateMachines,
      assembly.functions.map(({ arn }) => arn),
    ),
    rules: assembly.rules,
    clock,
    services: {
      s3: s3Client,
      dynamoDb: dynamoDbClient,
      // Functions that run already may have been started for another assembly.
      invokeFunction: (arn, event) => functions.invoke(arn, event, environments.get(arn)),
    },
    around: inRealTime(clock, around),
    onEnd,
    onEvent,
    random,
  });
  opened.defer(stepFunctions.close);

  const toClose = opened.move();
  return { ...stepFunctions, credentials, s3, secretsManager, dynamoDb, close: () => toClose.disposeAsync() };
}

/** Calls of services take time that the clock doesn't decide; but an execution that is waited for takes the clock's. */
const inRealTime =
  (clock: Clock, around: AroundTask = (task) => task()): AroundTask =>
  (task, call, execution) =>
    around(
      () => (integrationOf(call.resource)?.waits === true ? task() : clock.during(task)),
      call,
      execution,
    );

/** What Lambda sets for every function, and where the services are. */
export const functionEnvironment = (
  s3Url: string,
  secretsManagerUrl: string,
  credentials: Credentials,
): Record<string, string> => ({
  AWS_REGION: region,
  AWS_ACCESS_KEY_ID: credentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  ...withoutSharedFiles,
  // The Lucca may be a stand-in on this machine.
  [environmentNames.loopbackDomain]: 'allowed',
  AWS_ENDPOINT_URL_S3: s3Url,
  AWS_ENDPOINT_URL_SECRETS_MANAGER: secretsManagerUrl,
});
