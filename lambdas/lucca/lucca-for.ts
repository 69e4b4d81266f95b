import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { createLuccaClient, type LuccaClient } from './client.ts';
import { createApiKeys } from '../aws/api-key.ts';
import { boundedRequests } from '../aws/aws-call.ts';
import type { Bound, LuccaCall } from '../shared/contract.ts';

/** One per sandbox, so that connections and keys are reused. */
const apiKeys = createApiKeys(new SecretsManagerClient(boundedRequests(10_000)));

/** The client for one call of Lucca by a handler. */
export function luccaFor(call: Bound<LuccaCall>): LuccaClient {
  return createLuccaClient(call, apiKeys(call.tenant.apiKeySecretArn));
}
