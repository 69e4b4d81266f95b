import { S3Client } from '@aws-sdk/client-s3';
import { region, type Assembly } from './assembly.ts';
import { type S3, startS3 } from './aws/s3.ts';
import { putObject, putObjectResource } from './aws/s3-put-object.ts';
import { type SecretsManager, startSecretsManager } from './aws/secrets-manager.ts';
import type { Clock } from './clock.ts';
import { createFunctions } from './lambda/functions.ts';
import {
  execute,
  type ExecutionOptions,
  type ExecutionResult,
  loadStateMachine,
  type TaskRunner,
} from './states-language/index.ts';

export interface EngineOptions {
  assembly: Assembly;
  /** Where the bucket's objects become files. */
  directory: string;
  apiKey: string;
  clock: Clock;
  onLog?: (functionName: string, line: string) => void;
}

/** A laptop standing in for AWS: runs the state machine of an assembly with its functions, S3 and secrets. */
export interface Engine {
  run: (options: Omit<ExecutionOptions, 'clock' | 'runTask'>) => Promise<ExecutionResult>;
  s3: S3;
  secretsManager: SecretsManager;
  close: () => Promise<void>;
}

export async function startEngine({
  assembly,
  directory,
  apiKey,
  clock,
  onLog,
}: EngineOptions): Promise<Engine> {
  const functionArns = new Set(assembly.functions.map((lambda) => lambda.arn));
  const [definition] = assembly.stateMachines;
  const machine = loadStateMachine(
    definition,
    (resource) => resource === putObjectResource || functionArns.has(resource),
  );

  const s3 = await startS3({ bucket: assembly.bucketName, directory });
  const secretsManager = await startSecretsManager({
    secrets: Object.fromEntries(assembly.secrets.map((arn) => [arn, apiKey])),
  });
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new S3Client({ endpoint: s3.url, region, credentials });
  const functions = createFunctions({
    functions: assembly.functions,
    environment: {
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      AWS_ENDPOINT_URL_S3: s3.url,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: secretsManager.url,
    },
    ...(onLog === undefined ? {} : { onLog }),
  });
  const runTask: TaskRunner = (call) =>
    clock.during(() =>
      call.resource === putObjectResource
        ? putObject(client, call.arguments)
        : functions.invoke(call.resource, call.arguments, call.signal),
    );

  return {
    run: (options) => execute(machine, { ...options, clock, runTask }),
    s3,
    secretsManager,
    close: async () => {
      client.destroy();
      await Promise.all([functions.close(), s3.close(), secretsManager.close()]);
    },
  };
}
