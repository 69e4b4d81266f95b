import { AwsUnavailableError } from '../shared/errors.ts';

/**
 * Options of an AWS client: by default the SDK waits for an answer for ever.
 * @param requestTimeout milliseconds for one attempt; the SDK makes three
 */
export const boundedRequests = (requestTimeout: number) => ({
  requestHandler: { connectionTimeout: 5_000, requestTimeout, throwOnRequestTimeout: true },
});

/** Makes a call of an AWS service; what its SDK can't mend by retrying becomes an AwsUnavailableError. */
export async function callAws<T>(call: string, send: () => Promise<T>): Promise<T> {
  try {
    return await send();
  } catch (error) {
    throw awsUnavailable(call, error);
  }
}

export function awsUnavailable(call: string, error: unknown): AwsUnavailableError {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  return new AwsUnavailableError(`${call} failed with ${name}: ${message}`);
}
