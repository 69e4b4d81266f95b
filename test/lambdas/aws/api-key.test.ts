import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { clientOf, secretArn } from '../support/lucca.ts';
import { createApiKeys } from '../../../lambdas/aws/api-key.ts';
import { json, raw, startLuccaServer } from '../../support/lucca-server.ts';
import { startSecrets, type TestSecrets } from '../support/aws.ts';
import { everythingIn, failureOf } from '../support/failure.ts';

const otherArn = 'arn:aws:secretsmanager:eu-west-3:123456789012:secret:globex-lucca-api-key-d4E5f6';

let secrets: TestSecrets;
beforeEach(async () => {
  secrets = await startSecrets({ [secretArn]: 'first-key', [otherArn]: 'other-key' });
});
afterEach(() => secrets[Symbol.asyncDispose]());

const reads = () => secrets.secretsManager.reads[secretArn];

describe('a key', () => {
  test('is read once and remembered', async () => {
    const keys = createApiKeys(secrets.client);
    expect(await keys(secretArn)({ fresh: false })).toBe('first-key');
    expect(await keys(secretArn)({ fresh: false })).toBe('first-key');
    expect(reads()).toBe(1);
  });

  test('that was replaced is seen once it is read afresh, and from then on', async () => {
    const source = createApiKeys(secrets.client)(secretArn);
    await source({ fresh: false });
    secrets.secretsManager.put(secretArn, 'second-key');
    expect(await source({ fresh: false })).toBe('first-key');
    expect(await source({ fresh: true })).toBe('second-key');
    expect(await source({ fresh: false })).toBe('second-key');
    expect(reads()).toBe(2);
  });

  test('is that of its own tenant', async () => {
    const keys = createApiKeys(secrets.client);
    expect(await keys(secretArn)({ fresh: false })).toBe('first-key');
    expect(await keys(otherArn)({ fresh: false })).toBe('other-key');
    expect(await keys(secretArn)({ fresh: false })).toBe('first-key');
  });

  test.each([
    ['a trailing line break', 'first-key\n'],
    ['a Windows line break', 'first-key\r\n'],
    ['blanks around', '  first-key\t'],
  ])('with %s is trimmed', async (_, secret) => {
    secrets.secretsManager.put(secretArn, secret);
    expect(await createApiKeys(secrets.client)(secretArn)({ fresh: false })).toBe('first-key');
  });

  test('that Lucca refuses is read afresh, so a rotation needs no redeployment', async () => {
    await using lucca = await startLuccaServer(
      json(200, { status: 'pending' }),
      raw(401, ''),
      json(200, { status: 'done' }),
    );
    const client = clientOf(lucca, { key: createApiKeys(secrets.client)(secretArn) });
    await client.reportStatus(1);
    secrets.secretsManager.put(secretArn, 'second-key');
    expect(await client.reportStatus(1)).toBe('done');
    expect(lucca.requests.map(({ headers }) => headers.authorization)).toEqual([
      'lucca application=first-key',
      'lucca application=first-key',
      'lucca application=second-key',
    ]);
    expect(reads()).toBe(2);
  });
});

describe('a secret without a usable key is an AuthenticationError that gives the command to mend it', () => {
  test.each<[string, string, RegExp]>([
    [
      'still the placeholder of the stack',
      '{"placeholder":"replace all of this with the API key","unused":"kept-hidden"}',
      /holds no API key yet/,
    ],
    ['in JSON', '{"apiKey":"kept-hidden"}', /holds JSON/],
    ['empty', '', /is empty/],
    ['another header in disguise', 'kept-hidden\r\nX-Evil: 1', /line breaks/],
  ])('when it is %s', async (_, secret, message) => {
    secrets.secretsManager.put(secretArn, secret);
    const error = await failureOf(createApiKeys(secrets.client)(secretArn)({ fresh: false }));
    expect(error.name).toBe('AuthenticationError');
    expect(error.message).toMatch(message);
    expect(error.message).toContain(`aws secretsmanager put-secret-value --secret-id ${secretArn}`);
    expect(everythingIn(error)).not.toContain('kept-hidden');
  });

  test('and is looked at again the next time, in case somebody mended it', async () => {
    const source = createApiKeys(secrets.client)(secretArn);
    secrets.secretsManager.put(secretArn, '{}');
    await failureOf(source({ fresh: false }));
    secrets.secretsManager.put(secretArn, 'second-key');
    expect(await source({ fresh: false })).toBe('second-key');
  });
});

describe('Secrets Manager', () => {
  test('is asked again by its SDK when it throttles', async () => {
    secrets.secretsManager.failNext('GetSecretValue', { status: 400, code: 'ThrottlingException', times: 2 });
    expect(await createApiKeys(secrets.client)(secretArn)({ fresh: false })).toBe('first-key');
  });

  test.each([
    ['throttles for too long', { status: 400, code: 'ThrottlingException' }],
    ['is down', { status: 503, code: 'ServiceUnavailable' }],
    ['refuses the role', { status: 400, code: 'AccessDeniedException' }],
  ])('that %s is an AwsUnavailableError that names the call', async (_, fault) => {
    secrets.secretsManager.failNext('GetSecretValue', { ...fault, times: 10 });
    const error = await failureOf(createApiKeys(secrets.client)(secretArn)({ fresh: false }));
    expect(error.name).toBe('AwsUnavailableError');
    // It would hold the request and the answer.
    expect(error.cause).toBeUndefined();
    expect(error.message).toContain(
      `Secrets Manager GetSecretValue of ${secretArn} failed with ${fault.code}`,
    );
  });

  test('that does not know the secret is an AwsUnavailableError that names it', async () => {
    const missing = `${secretArn}-missing`;
    const error = await failureOf(createApiKeys(secrets.client)(missing)({ fresh: false }));
    expect(error.name).toBe('AwsUnavailableError');
    expect(error.message).toMatch(/ResourceNotFoundException/);
    expect(error.message).toContain(missing);
  });

  test('that cannot be reached is an AwsUnavailableError', async () => {
    await secrets.secretsManager.close();
    const error = await failureOf(createApiKeys(secrets.client)(secretArn)({ fresh: false }));
    expect(error.name).toBe('AwsUnavailableError');
    expect(error.message).toMatch(/ECONNREFUSED/);
  });

  test('that fails when a key is read afresh does not make the remembered one forgotten', async () => {
    const source = createApiKeys(secrets.client)(secretArn);
    await source({ fresh: false });
    secrets.secretsManager.failNext('GetSecretValue', {
      status: 400,
      code: 'AccessDeniedException',
      times: 10,
    });
    const error = await failureOf(source({ fresh: true }));
    expect(error.name).toBe('AwsUnavailableError');
    expect(everythingIn(error)).not.toContain('first-key');
    expect(await source({ fresh: false })).toBe('first-key');
  });
});
