import { Duration } from 'aws-cdk-lib';
import { JitterType, type RetryProps } from 'aws-cdk-lib/aws-stepfunctions';
import type { ErrorName } from '../lambdas/shared/errors.ts';

/** Errors that this project's Lambdas throw. */
const ours = (...names: ErrorName[]) => names;

/**
 * How often a step is tried again, and for how long: the longest wait in all is worked out for each. Jitter is
 * FULL everywhere (the real wait is anything from zero to the interval), so that runs that failed together don't
 * come back together.
 */

/**
 * The function didn't run, or didn't finish: throttled, crashed, timed out.
 * Waits of at most 2 + 4 + 8 + 16 + 32 = 62 s.
 */
export const functionFailed: RetryProps = {
  errors: [
    'Lambda.ServiceException',
    'Lambda.AWSLambdaException',
    'Lambda.SdkClientException',
    'Lambda.ClientExecutionTimeoutException',
    'Lambda.TooManyRequestsException',
    'Lambda.Unknown',
    'Runtime.ExitError',
    'Sandbox.Timedout',
    'States.Timeout',
  ],
  interval: Duration.seconds(2),
  backoffRate: 2,
  maxAttempts: 5,
  jitterStrategy: JitterType.FULL,
};

/**
 * Lucca, S3 or Secrets Manager doesn't answer as it should. Safe for every step: a report created twice
 * supersedes itself, and a template created twice is only a duplicate, which failing would leave as well.
 * Waits of at most 5 + 10 + 20 + 40 + 80 + 5 × 120 = 755 s, some 12 minutes.
 */
export const serviceUnavailable: RetryProps = {
  errors: ours('LuccaUnavailableError', 'AwsUnavailableError'),
  interval: Duration.seconds(5),
  backoffRate: 2,
  maxDelay: Duration.minutes(2),
  maxAttempts: 10,
  jitterStrategy: JitterType.FULL,
};

/**
 * A download wasn't the file that it should be. Lucca may be about to recover from whatever it shows instead.
 * Waits of at most 10 + 20 + 40 = 70 s.
 */
export const unexpectedDownload: RetryProps = {
  errors: ours('UnexpectedResponseError'),
  interval: Duration.seconds(10),
  backoffRate: 2,
  maxAttempts: 3,
  jitterStrategy: JitterType.FULL,
};

/**
 * A direct call of S3 failed. Its errors have many names (`S3.S3Exception`, `S3.SdkClientException`, …), and
 * writing the same object again does no harm.
 * Waits of at most 2 + 4 + 8 + 16 + 32 + 60 = 122 s.
 */
export const s3CallFailed: RetryProps = {
  errors: ['States.TaskFailed', 'States.Timeout'],
  interval: Duration.seconds(2),
  backoffRate: 2,
  maxDelay: Duration.minutes(1),
  maxAttempts: 6,
  jitterStrategy: JitterType.FULL,
};
