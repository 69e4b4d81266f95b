import type { Tenant } from '../shared/contract.ts';
import { type Environment, environmentNames, requireEnv } from '../shared/environment.ts';
import { isLoopbackDomain, isLuccaDomain } from '../shared/lucca-domain.ts';
import { tenantName } from '../shared/tenant-name.ts';

/**
 * The tenant that the deployment has bound a function to. The domain is judged as it was at synth, so that a
 * deployment from elsewhere, or a slip, sends the key to no other host than one of Lucca's. Whoever may change a function's
 * configuration may change its code as well.
 */
export function tenantOf(environment: Environment): Tenant {
  const domain = requireEnv(environmentNames.tenantDomain, environment);
  const isLaptop = environment[environmentNames.loopbackDomain] === 'allowed';
  if (!isLuccaDomain(domain) && !(isLaptop && isLoopbackDomain(domain))) {
    throw new Error(
      `${environmentNames.tenantDomain} is ${JSON.stringify(domain)}: expected the https origin of a Lucca. The function ` +
        'is deployed wrongly, and calls nobody.',
    );
  }
  const name = requireEnv(environmentNames.tenantName, environment);
  if (!tenantName.test(name)) {
    throw new Error(
      `${environmentNames.tenantName} is ${JSON.stringify(name)}: expected lower-case letters, digits and hyphens. The ` +
        'function is deployed wrongly.',
    );
  }
  return {
    name,
    domain,
    timeZone: requireEnv(environmentNames.tenantTimeZone, environment),
    apiKeySecretArn: requireEnv(environmentNames.apiKeySecretArn, environment),
  };
}
