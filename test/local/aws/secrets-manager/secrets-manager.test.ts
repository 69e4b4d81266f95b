import { connect } from 'node:net';

import {
  GetSecretValueCommand,
  ListSecretsCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import {
  startSecretsManager,
  type SecretsManager,
} from '../../../../local/aws/secrets-manager/secrets-manager.ts';

const arn = 'arn:aws:secretsmanager:eu-west-3:000000000000:secret:lucca/acme-AbC123';
let secretsManager: SecretsManager;
let client: SecretsManagerClient;

function get(SecretId: string, more: { VersionId?: string; VersionStage?: string } = {}) {
  return client.send(new GetSecretValueCommand({ SecretId, ...more }));
}

async function post(headers: Record<string, string>, body: string) {
  const target = { 'x-amz-target': 'secretsmanager.GetSecretValue', ...headers };
  const response = await fetch(secretsManager.url, { method: 'POST', headers: target, body });
  return { status: response.status, body: await response.json() };
}

beforeEach(async () => {
  secretsManager = await startSecretsManager({ secrets: { [arn]: 'key-1' } });
  client = new SecretsManagerClient({
    endpoint: secretsManager.url,
    region: 'eu-west-3',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
});

afterEach(async () => {
  client.destroy();
  await secretsManager.close();
});

describe('GetSecretValue', () => {
  it('answers the current version, by ARN and by name', async () => {
    const { $metadata, ...secret } = await get(arn);
    expect($metadata.httpStatusCode).toBe(200);
    expect(secret).toEqual({
      ARN: arn,
      Name: 'lucca/acme',
      SecretString: 'key-1',
      VersionId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      VersionStages: ['AWSCURRENT'],
      CreatedDate: expect.any(Date),
    });
    expect(Math.abs(secret.CreatedDate!.getTime() - Date.now())).toBeLessThan(300_000);
    expect(await get('lucca/acme')).toMatchObject(secret);
  });

  it('answers the new value under a new version id after a rotation, and no former version', async () => {
    const { VersionId } = await get(arn);
    secretsManager.put(arn, 'key-2');
    const rotated = await get(arn);
    expect(rotated.SecretString).toBe('key-2');
    expect(rotated.VersionId).not.toBe(VersionId);
    expect(await get(arn, { VersionId: rotated.VersionId! })).toMatchObject({ SecretString: 'key-2' });
    const gone = { name: 'ResourceNotFoundException' };
    await expect(get(arn, { VersionId: VersionId! })).rejects.toMatchObject(gone);
    await expect(get(arn, { VersionStage: 'AWSPREVIOUS' })).rejects.toMatchObject(gone);
  });

  it('counts what it handed out', async () => {
    const other = `${arn.slice(0, -6)}XyZ789`;
    expect(secretsManager.reads).toEqual({ [arn]: 0 });
    secretsManager.put(other, 'x');
    await get(arn);
    secretsManager.put(arn, 'key-2');
    await get(arn);
    await get('unknown').catch(() => undefined);
    expect(secretsManager.reads).toEqual({ [arn]: 2, [other]: 0 });
  });

  it.each(['unknown', 'constructor', `${arn}x`])('does not know %s', async (id) => {
    await expect(get(id)).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      $metadata: { httpStatusCode: 400 },
    });
  });

  it('fails as ordered, then answers again', async () => {
    secretsManager.failNext('GetSecretValue', { status: 400, code: 'ThrottlingException', times: 2 });
    secretsManager.failNext('GetSecretValue', { status: 500, code: 'InternalServiceError' });
    const throttled = { name: 'ThrottlingException', $metadata: { httpStatusCode: 400 } };
    await expect(get(arn)).rejects.toMatchObject(throttled);
    await expect(get(arn)).rejects.toMatchObject(throttled);
    await expect(get(arn)).rejects.toMatchObject({ $metadata: { httpStatusCode: 500 } });
    expect(secretsManager.reads).toEqual({ [arn]: 0 });
    await get(arn);
  });
});

it('refuses every other operation by its name', async () => {
  await expect(client.send(new ListSecretsCommand({}))).rejects.toMatchObject({
    name: 'UnknownOperationException',
    message: /secretsmanager\.ListSecrets/,
  });
});

it('refuses what is not signed, and what is no JSON', async () => {
  expect(await post({}, '{}')).toMatchObject({
    status: 400,
    body: { __type: 'MissingAuthenticationTokenException' },
  });
  expect(await post({ authorization: 'signed' }, '{')).toMatchObject({
    status: 400,
    body: { __type: 'SerializationException' },
  });
});

it('close() cuts connections, may be called twice, and frees the port', async () => {
  const port = Number(new URL(secretsManager.url).port);
  const socket = connect(port, '127.0.0.1');
  const gone = new Promise((resolve) => socket.on('close', resolve).on('error', () => undefined));
  socket.write(`POST / HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\ncontent-length: 10\r\n\r\n123`);
  await get(arn);
  await secretsManager.close();
  await secretsManager.close();
  await gone;
  secretsManager = await startSecretsManager({ secrets: {}, port });
  await expect(startSecretsManager({ secrets: {}, port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
});
