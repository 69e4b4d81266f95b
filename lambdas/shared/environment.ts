/** Environment variables that constructs set and functions read. */
export const environmentNames = {
  reportBucketName: 'REPORT_BUCKET_NAME',
  tenantName: 'TENANT_NAME',
  tenantDomain: 'TENANT_DOMAIN',
  tenantTimeZone: 'TENANT_TIME_ZONE',
  apiKeySecretArn: 'API_KEY_SECRET_ARN',
  /** Set by the engine on a laptop, and by nobody on AWS: its value is `allowed`. */
  loopbackDomain: 'LOOPBACK_DOMAIN',
} as const;

export type Environment = Readonly<Record<string, string | undefined>>;

/** The value of a variable that the function can't work without. */
export function requireEnv(name: string, environment: Environment = process.env): string {
  const value = environment[name];
  if (!value)
    throw new Error(`The environment variable ${name} is not set: the function is deployed wrongly.`);
  return value;
}
