import { devNull } from 'node:os';

/** Keeps a client of the SDK from the user's files. */
export const withoutSharedFiles = {
  AWS_CONFIG_FILE: devNull,
  AWS_SHARED_CREDENTIALS_FILE: devNull,
} as const;

/**
 * Takes the user's own settings of AWS (profile, region, FIPS, endpoints, …) out of an environment: they are meant for
 * AWS, and nothing here is.
 */
export function forgetAwsSettings(environment: NodeJS.ProcessEnv): void {
  for (const name of Object.keys(environment)) if (/^AWS_/i.test(name)) delete environment[name];
  Object.assign(environment, withoutSharedFiles);
}
