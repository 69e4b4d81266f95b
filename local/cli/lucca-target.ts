import { apiKeyProblem } from '../../lambdas/aws/api-key-form.ts';
import { isLoopbackDomain, isLuccaDomain } from '../../lambdas/shared/lucca-domain.ts';
import { nameProblem, simulatorTenant, type TenantSettings } from '../../lib/settings/tenant-settings.ts';

/** The Lucca that an export is made from. */
export interface LuccaTarget {
  /** First folder of the keys: the tenant's name, or the account's, as in its domain. */
  tenant: string;
  domain: string;
  /** Empty where none is needed. */
  apiKey: string;
}

/** First folder of the keys where somebody's own stand-in of Lucca is called. */
const standInTenant = 'acme';

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

/**
 * The Lucca that is named by the environment, or by a tenant; undefined where neither does: the built-in simulator.
 * Tenant, domain and key go together, so that no key is sent to another Lucca than its own, and no figures are stored
 * as those of somebody else.
 * @param needsKey whether it will be called
 */
export function luccaTarget(
  { LUCCA_DOMAIN, LUCCA_API_KEY: apiKey }: NodeJS.ProcessEnv,
  tenant: TenantSettings | undefined,
  needsKey: boolean,
  fail: Fail,
): LuccaTarget | undefined {
  const keyProblem = needsKey && apiKey !== undefined ? apiKeyProblem(apiKey) : undefined;
  if (keyProblem !== undefined) fail(`LUCCA_API_KEY ${keyProblem}.`);
  const domain = LUCCA_DOMAIN?.replace(/\/$/, '') || tenant?.domain;
  if (domain === undefined) {
    if (apiKey === undefined) return undefined;
    return fail(
      'LUCCA_API_KEY is set, but not whose it is: set LUCCA_DOMAIN as well, such as https://acme.ilucca.net, or name a ' +
        'tenant of bin/config.ts with --tenant. Without all three, the built-in simulator is exported from.',
    );
  }
  checkDomain(domain, tenant, fail);
  if (needsKey && apiKey === undefined) {
    const named = tenant === undefined ? 'LUCCA_DOMAIN is set' : `--tenant names ${tenant.name}`;
    fail(
      `${named}, but LUCCA_API_KEY is not set: set it to an API key of ${domain}. Without --tenant, LUCCA_DOMAIN and ` +
        'LUCCA_API_KEY, the built-in simulator is exported from.',
    );
  }
  return { tenant: tenant?.name ?? accountOf(domain, fail), domain, apiKey: apiKey?.trim() ?? '' };
}

function checkDomain(domain: string, tenant: TenantSettings | undefined, fail: Fail): void {
  if (isLoopbackDomain(domain)) return;
  if (!isLuccaDomain(domain)) {
    fail(
      `LUCCA_DOMAIN: expected the origin of a Lucca such as https://acme.ilucca.net, or http://127.0.0.1:PORT, ` +
        `found ${JSON.stringify(domain)}.`,
    );
  }
  if (tenant !== undefined && domain !== tenant.domain) {
    fail(
      `LUCCA_DOMAIN: expected the domain of the tenant ${tenant.name}, ${tenant.domain}, found ${domain}: unset ` +
        'LUCCA_DOMAIN, or leave out --tenant.',
    );
  }
}

/** First folder of the keys where no tenant is named. */
function accountOf(domain: string, fail: Fail): string {
  if (isLoopbackDomain(domain)) return standInTenant;
  const account = new URL(domain).hostname.split('.')[0]!;
  const problem =
    account === simulatorTenant ? "that folder is the built-in simulator's" : nameProblem(account);
  if (problem === undefined) return account;
  return fail(
    `LUCCA_DOMAIN: no folder can be called "${account}": ${problem}. List ${domain} in bin/config.ts under another name, ` +
      'and give that with --tenant.',
  );
}
