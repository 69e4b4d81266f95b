/** Environment variables that constructs set and Lambdas read. */
export const environmentNames = {
  reportBucketName: 'REPORT_BUCKET_NAME',
} as const;

/** The value of a variable that the function can't work without. */
export function requireEnv(name: string): string {
  const value = process.env[name];
  if (!value)
    throw new Error(`The environment variable ${name} is not set: the function is deployed wrongly.`);
  return value;
}
