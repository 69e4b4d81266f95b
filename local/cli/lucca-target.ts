import { isLoopbackDomain, isLuccaDomain } from '../../lambdas/shared/lucca-domain.ts';
import type { TenantSettings } from '../../lib/settings/tenant-settings.ts';

/** The Lucca that an export is made from. */
export interface LuccaTarget {
  /** First folder of the keys: the tenant's name, or the account's, as in its domain. */
  tenant: string;
  domain: string;
  apiKey: string;
}

/** The tenant of simulators: nobody's account, so that their figures never replace real ones. */
export const demoTenant = 'acme';

/** Ends with a message about bad usage. */
export type Fail = (message: string) => never;

/** A tenant of `bin/config.ts`. */
export function configuredTenant(
  name: string,
  tenants: readonly TenantSettings[],
  fail: Fail,
): TenantSettings {
  const names = tenants.map((tenant) => tenant.name).join(', ');
  const found = tenants.find((tenant) => tenant.name === name);
  return found ?? fail(`--tenant: expected one of bin/config.ts (${names}), found ${JSON.stringify(name)}.`);
}

/** The Lucca that the environment names; undefined: the built-in simulator. A tenant has a domain of its own. */
export function luccaTarget(
  environment: NodeJS.ProcessEnv,
  tenant: TenantSettings | undefined,
  fail: Fail,
): LuccaTarget | undefined {
  const apiKey = environment.LUCCA_API_KEY;
  const domain = environment.LUCCA_DOMAIN?.replace(/\/$/, '') || (apiKey && tenant?.domain);
  if (!domain) {
    if (apiKey)
      fail('LUCCA_API_KEY is set, but LUCCA_DOMAIN is not: set both, or neither for the simulator.');
    return undefined;
  }
  if (!isLuccaDomain(domain) && !isLoopbackDomain(domain)) {
    fail(
      `LUCCA_DOMAIN: expected the origin of a Lucca such as https://acme.ilucca.net, or http://127.0.0.1:PORT, ` +
        `found ${JSON.stringify(domain)}.`,
    );
  }
  if (!apiKey) return fail('LUCCA_DOMAIN is set, but LUCCA_API_KEY is not.');
  const account = isLoopbackDomain(domain) ? demoTenant : new URL(domain).hostname.split('.')[0]!;
  return { tenant: tenant?.name ?? account, domain, apiKey };
}
