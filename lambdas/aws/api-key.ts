import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { apiKeyProblem } from './api-key-form.ts';
import { callAws } from './aws-call.ts';
import { AuthenticationError } from '../shared/errors.ts';

/** Where the Lucca client gets its API key. `fresh` reads it again: the key may have been replaced. */
export type ApiKeySource = (options: { fresh: boolean }) => Promise<string>;

/** API keys by the ARN of their secret, read once per sandbox of the function. */
export function createApiKeys(client: SecretsManagerClient): (secretArn: string) => ApiKeySource {
  const cache = new Map<string, string>();
  return (secretArn) => async (options) => {
    const cached = cache.get(secretArn);
    if (cached !== undefined && !options.fresh) return cached;
    const request = new GetSecretValueCommand({ SecretId: secretArn });
    const answer = await callAws(`Secrets Manager GetSecretValue of ${secretArn}`, () =>
      client.send(request),
    );
    const key = checkedKey(answer.SecretString ?? '', secretArn);
    cache.set(secretArn, key);
    return key;
  };
}

/** Checked here because `fetch` quotes a header value that it refuses in its error, key included. */
function checkedKey(secret: string, secretArn: string): string {
  const problem = apiKeyProblem(secret);
  if (problem === undefined) return secret.trim();
  throw new AuthenticationError(
    `The secret ${secretArn} ${problem}. Put the key in with: printf %s "$LUCCA_API_KEY" | ` +
      `aws secretsmanager put-secret-value --secret-id ${secretArn} --secret-string file:///dev/stdin`,
  );
}
