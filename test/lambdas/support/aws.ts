import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { type S3, startS3 } from '../../../local/aws/s3/s3.ts';
import {
  type SecretsManager,
  startSecretsManager,
} from '../../../local/aws/secrets-manager/secrets-manager.ts';

export const bucketName = 'lucca-reports';

export const credentials = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'not-a-secret' };
export const region = 'eu-west-3';

/** A bucket, and a real client of it. */
export interface TestBucket extends AsyncDisposable {
  s3: S3;
  client: S3Client;
  /** The bytes of an object. */
  read: (key: string) => Promise<Buffer>;
  /** Keys of all objects. */
  keys: () => Promise<string[]>;
}

export async function startBucket(): Promise<TestBucket> {
  const directory = await mkdtemp(join(tmpdir(), 'lucca-reports-'));
  const s3 = await startS3({ bucket: bucketName, directory });
  const client = new S3Client({ endpoint: s3.url, region, credentials, forcePathStyle: true });
  return {
    s3,
    client,
    read: (key) => readFile(join(directory, key)),
    keys: async () => (await s3.objects()).map(({ key }) => key),
    [Symbol.asyncDispose]: async () => {
      client.destroy();
      await s3.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Secrets Manager, and a real client of it. */
export interface TestSecrets extends AsyncDisposable {
  secretsManager: SecretsManager;
  client: SecretsManagerClient;
}

export async function startSecrets(secrets: Record<string, string>): Promise<TestSecrets> {
  const secretsManager = await startSecretsManager({ secrets });
  const client = new SecretsManagerClient({ endpoint: secretsManager.url, region, credentials });
  return {
    secretsManager,
    client,
    [Symbol.asyncDispose]: async () => {
      client.destroy();
      await secretsManager.close();
    },
  };
}
