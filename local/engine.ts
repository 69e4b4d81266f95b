import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { region, type Assembly } from './assembly/read-assembly.ts';
import { type DynamoDb, startDynamoDb } from './aws/dynamodb/dynamodb.ts';
import { callItem, isItemResource } from './aws/step-functions/integrations/dynamodb.ts';
import { type S3, startS3 } from './aws/s3/s3.ts';
import { putObject, putObjectResource } from './aws/step-functions/integrations/s3.ts';
import { type SecretsManager, startSecretsManager } from './aws/secrets-manager/secrets-manager.ts';
import type { Clock } from './clock.ts';
import { createFunctions, type Functions } from './aws/lambda/functions.ts';
import type { TaskRunner } from './states-language/index.ts';
import {
  createStepFunctions,
  loadStateMachines,
  type StepFunctions,
  type StepFunctionsOptions,
} from './aws/step-functions/step-functions.ts';

export interface EngineOptions extends Pick<StepFunctionsOptions, 'around' | 'onEvent' | 'random'> {
  assembly: Assembly;
  /** Where the bucket's objects become files. */
  directory: string;
  apiKey: string;
  clock: Clock;
  onLog?: (functionName: string, line: string) => void;
  /** Functions that run already, and expect S3 and Secrets Manager at these ports. @default functions of its own */
  running?: RunningFunctions;
}

export interface RunningFunctions {
  functions: Functions;
  s3Port: number;
  secretsManagerPort: number;
}

/** A laptop standing in for AWS: the state machines and functions of an assembly, and the services that they use. */
export interface Engine extends StepFunctions {
  s3: S3;
  secretsManager: SecretsManager;
  dynamoDb: DynamoDb;
}

export async function startEngine(options: EngineOptions): Promise<Engine> {
  const { assembly, directory, apiKey, clock, onLog, running, ...hooks } = options;
  const s3 = await startS3({ bucket: assembly.bucketName, directory, port: running?.s3Port ?? 0 });
  const secretsManager = await startSecretsManager({
    secrets: Object.fromEntries(assembly.secrets.map((arn) => [arn, apiKey])),
    port: running?.secretsManagerPort ?? 0,
  });
  const dynamoDb = await startDynamoDb({ region, tables: assembly.tables });
  const s3Client = new S3Client({ endpoint: s3.url, region, credentials });
  const dynamoDbClient = new DynamoDBClient({ endpoint: dynamoDb.url, region, credentials });
  const functions =
    running?.functions ??
    createFunctions({
      functions: assembly.functions,
      environment: functionEnvironment(s3.url, secretsManager.url),
      ...(onLog === undefined ? {} : { onLog }),
    });

  const functionArns = new Set(assembly.functions.map((lambda) => lambda.arn));
  const call: TaskRunner = ({ resource, arguments: given }) => {
    if (resource === putObjectResource) return putObject(s3Client, given);
    if (isItemResource(resource)) return callItem(dynamoDbClient, resource, given);
    return functions.invoke(resource, given);
  };
  const stepFunctions = createStepFunctions({
    stateMachines: loadStateMachines(
      assembly.stateMachines,
      (resource) => resource === putObjectResource || isItemResource(resource) || functionArns.has(resource),
    ),
    rules: assembly.rules,
    clock,
    ...hooks,
    runTask: (task) => clock.during(() => call(task)),
  });

  return {
    ...stepFunctions,
    s3,
    secretsManager,
    dynamoDb,
    close: async () => {
      await stepFunctions.close();
      s3Client.destroy();
      dynamoDbClient.destroy();
      if (running === undefined) await functions.close();
      await Promise.all([s3.close(), secretsManager.close(), dynamoDb.close()]);
    },
  };
}

const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };

/** What Lambda sets for every function, and where the services are. */
export const functionEnvironment = (s3Url: string, secretsManagerUrl: string): Record<string, string> => ({
  AWS_REGION: region,
  AWS_ACCESS_KEY_ID: credentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  AWS_ENDPOINT_URL_S3: s3Url,
  AWS_ENDPOINT_URL_SECRETS_MANAGER: secretsManagerUrl,
});
