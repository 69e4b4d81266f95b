import type { Tenant } from '../shared/contract.ts';
import { type Environment, environmentNames, requireEnv } from '../shared/environment.ts';
import { isLoopbackDomain, isLuccaDomain } from '../shared/lucca-domain.ts';

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
  return {
    name: requireEnv(environmentNames.tenantName, environment),
    domain,
    timeZone: requireEnv(environmentNames.tenantTimeZone, environment),
    apiKeySecretArn: requireEnv(environmentNames.apiKeySecretArn, environment),
  };
}
