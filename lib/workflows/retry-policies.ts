import { Duration } from 'aws-cdk-lib';
import { JitterType, type RetryProps } from 'aws-cdk-lib/aws-stepfunctions';
import type { ErrorName } from '../../lambdas/shared/errors.ts';
import { leaseRound } from './run-times.ts';

/** Errors that this project's Lambdas throw. */
const ours = (...names: ErrorName[]) => names;

/**
 * How often a step is tried again, and for how long: the longest wait in all is worked out for each. Jitter is
 * FULL everywhere (the real wait is anything from zero to the interval), so that runs that failed together don't
 * come back together: half of the longest wait is what counts.
 */

/** What AWS's own trouble is waited for, which lasts for minutes: 2 + 4 + 8 + 16 + 32 + 8 × 60 = 542 s at most. */
const outageOfAws = {
  interval: Duration.seconds(2),
  backoffRate: 2,
  maxDelay: Duration.minutes(1),
  maxAttempts: 13,
  jitterStrategy: JitterType.FULL,
};

/** The function didn't run: Lambda throttles it, is in trouble, or readies it after a deployment or weeks without use. */
export const functionNotRun = {
  errors: [
    'Lambda.CodeArtifactUserPendingException',
    'Lambda.ResourceConflictException',
    'Lambda.ResourceNotReadyException',
    'Lambda.ServiceException',
    'Lambda.AWSLambdaException',
    'Lambda.SdkClientException',
    'Lambda.TooManyRequestsException',
  ],
  ...outageOfAws,
} satisfies RetryProps;

/**
 * The function didn't finish: crashed, timed out.
 * Waits of at most 2 + 4 + 8 + 16 + 32 = 62 s.
 */
export const functionFailed = {
  errors: [
    'Lambda.ClientExecutionTimeoutException',
    'Lambda.Unknown',
    'Runtime.ExitError',
    'Sandbox.Timedout',
    'States.Timeout',
  ],
  interval: Duration.seconds(2),
  backoffRate: 2,
  maxAttempts: 5,
  jitterStrategy: JitterType.FULL,
} satisfies RetryProps;

/**
 * Lucca, S3 or Secrets Manager doesn't answer as it should. Safe for every step: a report created twice
 * supersedes itself, and a template created twice is only a duplicate, which failing would leave as well.
 * Waits of at most 5 + 10 + 20 + 40 + 80 + 5 × 120 = 755 s, some 12 minutes.
 */
export const serviceUnavailable = {
  errors: ours('LuccaUnavailableError', 'AwsUnavailableError'),
  interval: Duration.seconds(5),
  backoffRate: 2,
  maxDelay: Duration.minutes(2),
  maxAttempts: 10,
  jitterStrategy: JitterType.FULL,
} satisfies RetryProps;

/**
 * Something else than Lucca has answered, or an answer isn't what it should be. Lucca may be about to recover from
 * whatever it shows instead; a wrong domain never will.
 * Waits of at most 10 + 20 + 40 = 70 s, half of it on average.
 */
export const unexpectedAnswer: RetryProps = {
  errors: ours('UnexpectedResponseError'),
  interval: Duration.seconds(10),
  backoffRate: 2,
  maxAttempts: 3,
  jitterStrategy: JitterType.FULL,
};

/**
 * A host can't be reached before there is a report: the domain is probably wrong.
 * Waits of at most 8 + 16 + 32 = 56 s, so that people know within a minute.
 */
export const unreachable: RetryProps = {
  ...unexpectedAnswer,
  errors: ours('LuccaUnreachableError'),
  interval: Duration.seconds(8),
};

/** And once there is one: the host was right, so the network is away, and the report worth waiting for. */
export const outOfReach: RetryProps = { ...serviceUnavailable, errors: ours('LuccaUnreachableError') };

/**
 * A report isn't found. A server of Lucca's may not have heard of it yet, so a single 404 isn't believed.
 * Waits of at most 10 + 15 + 22.5 + 33.8 + 50.6 + 75.9 = 208 s, half of it on average.
 */
export const reportMissing: RetryProps = {
  errors: ours('ReportNotFoundError'),
  interval: Duration.seconds(10),
  backoffRate: 1.5,
  maxAttempts: 6,
  jitterStrategy: JitterType.FULL,
};

/**
 * A direct call of S3 or DynamoDB failed. Their errors have many names (`S3.S3Exception`, `S3.SdkClientException`,
 * …), and doing the same again does no harm.
 */
export const awsCallFailed: RetryProps = {
  errors: ['States.TaskFailed', 'States.Timeout'],
  ...outageOfAws,
};

/** An execution of that name was started before, by another delivery of the same occurrence of a schedule. */
export const alreadyStarted = {
  errors: ['Sfn.ExecutionAlreadyExistsException'],
  maxAttempts: 0,
} satisfies RetryProps;

/** What a state was given, or gives, is too much: a Catch has to name it, as `States.ALL` doesn't mean it. */
export const dataLimitExceeded = { errors: ['States.DataLimitExceeded'] };

/** There is no such execution, or not any more: Step Functions forgets them after 90 days. */
export const unknownExecution = {
  errors: ['Sfn.ExecutionDoesNotExistException'],
  maxAttempts: 0,
} satisfies RetryProps;

/**
 * An execution could not be started. Not `States.TaskFailed`: that is an export that failed, which is final.
 */
export const startFailed: RetryProps = {
  errors: [
    'StepFunctions.ExecutionLimitExceededException',
    'StepFunctions.ThrottlingException',
    'StepFunctions.AWSStepFunctionsException',
    'StepFunctions.SdkClientException',
  ],
  ...outageOfAws,
};

/**
 * The same where nobody would do it later: a lease that isn't given back blocks its API key, and an occurrence of a
 * schedule that isn't started is lost.
 * Waits of at most 2 + 4 + 8 + 16 + 32 + 64 + 24 × 120 = 3,006 s, some 50 minutes.
 */
export const onlyChanceFailed: RetryProps = {
  ...awsCallFailed,
  maxDelay: Duration.minutes(2),
  maxAttempts: 30,
};

/** Another execution has the lease: never worth the retries that a failed call gets. */
export const heldByAnother = {
  errors: ['DynamoDB.ConditionalCheckFailedException'],
  maxAttempts: 0,
} satisfies RetryProps;

/**
 * Another execution has the lease, and this one waits for it. The waits grow to a minute at most, half a minute on average, so
 * that what waiting costs depends on how long it lasts and not on how many wait.
 * Waits of at most 5 + 10 + 20 + 40 + 16 × 60 = 1,035 s, half of it on average.
 */
export const leaseHeld: RetryProps = {
  errors: heldByAnother.errors,
  interval: Duration.seconds(5),
  backoffRate: 2,
  maxDelay: Duration.minutes(1),
  maxAttempts: leaseRound.attempts - 1,
  jitterStrategy: JitterType.FULL,
};
