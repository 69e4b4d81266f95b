import {
  configProblems,
  InvalidConfigurationError,
  type TenantSettings,
} from '../../lib/settings/tenant-settings.ts';

/**
 * The tenants of `bin/config.ts`.
 * @throws InvalidConfigurationError if it can't be loaded, or anything in it is wrong
 */
export async function readConfig(): Promise<readonly TenantSettings[]> {
  const config = await import('../../bin/config.ts').catch((error: unknown) => {
    throw new InvalidConfigurationError([`bin/config.ts: ${String(error)}`]);
  });
  const problems = configProblems(config, { allowLoopbackDomain: false });
  if (problems.length > 0) throw new InvalidConfigurationError(problems);
  return config.tenants;
}
