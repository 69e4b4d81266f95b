import { createLuccaClient, type LuccaClient } from '../../../lambdas/lucca/client.ts';
import type { Timeouts } from '../../../lambdas/lucca/timeouts.ts';
import type { ApiKeySource } from '../../../lambdas/aws/api-key.ts';
import { environmentNames } from '../../../lambdas/shared/environment.ts';
import type { Bound, LuccaCall, Tenant } from '../../../lambdas/shared/contract.ts';
import { logger } from '../../../lambdas/runtime/logger.ts';

logger.setLogLevel('SILENT');

export const apiKey = '5f0c2a1e-77aa-4b1c-9d3e-000000c0ffee';
export const secretArn = 'arn:aws:secretsmanager:eu-west-3:123456789012:secret:acme-lucca-api-key-a1B2c3';

/** What the state machine hands to every state that calls Lucca. */
export function callTo(domain: string): Bound<LuccaCall> {
  return {
    tenant: { name: 'acme', domain, timeZone: 'Europe/Paris', apiKeySecretArn: secretArn },
    now: '2026-11-02T05:00:00.000Z',
    deadline: '2026-11-02T09:00:00.000Z',
  };
}

/** The environment of a tenant's functions. */
export const environmentOf = ({
  name,
  domain,
  timeZone,
  apiKeySecretArn,
}: Tenant): Record<string, string> => ({
  [environmentNames.tenantName]: name,
  [environmentNames.tenantDomain]: domain,
  [environmentNames.tenantTimeZone]: timeZone,
  [environmentNames.apiKeySecretArn]: apiKeySecretArn,
  [environmentNames.loopbackDomain]: 'allowed',
});

/** Short enough for a test to wait for. */
export const shortTimeouts: Timeouts = { response: 150, file: 150, stall: 150 };

const generousTimeouts: Timeouts = { response: 10_000, file: 10_000, stall: 10_000 };

/** A source that always has the same key. */
const theKey: ApiKeySource = async () => apiKey;

export function clientOf(
  server: { url: string },
  options: { key?: ApiKeySource; timeouts?: Timeouts; call?: Partial<Bound<LuccaCall>> } = {},
): LuccaClient {
  const call = { ...callTo(server.url), ...options.call };
  return createLuccaClient(call, options.key ?? theKey, options.timeouts ?? generousTimeouts);
}
