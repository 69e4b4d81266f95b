import { SFNClient, TestStateCommand } from '@aws-sdk/client-sfn';
import type { InquiryOptions } from './ask.ts';

export interface AwsOptions {
  /** @default AWS's own, of the region */
  endpointUrl?: string | undefined;
}

/** TestState as the SDK calls it: credentials and region are where the AWS CLI has them. */
export function createSend({ endpointUrl }: AwsOptions): InquiryOptions['send'] {
  const client = new SFNClient({
    // Throttled requests are sent again, after longer and longer waits.
    maxAttempts: 8,
    // AWS answers at `sync-states.…`; the host of another service has no such name.
    ...(endpointUrl !== undefined && { endpoint: endpointUrl, disableHostPrefix: true }),
  });
  return (request, signal) => client.send(new TestStateCommand(request), { abortSignal: signal });
}

/** Why AWS can't be asked, and what to do. */
export function explain({ name, message }: Error): string {
  if (message.startsWith('Region is missing')) {
    return 'No AWS region is set: set AWS_REGION, or a region in the profile that AWS_PROFILE names.';
  }
  switch (name) {
    case 'CredentialsProviderError':
      return `No AWS credentials were found: sign in, or set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY. (${message})`;
    case 'AccessDeniedException':
      return `The credentials lack a permission: allow states:TestState, on every resource. Nothing else is needed. (${message})`;
    case 'ExpiredTokenException':
    case 'UnrecognizedClientException':
    case 'InvalidSignatureException':
      return `AWS does not accept the credentials: sign in again. (${message})`;
    case 'ThrottlingException':
      return `AWS still throttles the calls: try again with a lower --rate. (${message})`;
    default:
      return `AWS can't be asked: ${name}: ${message}`;
  }
}
