import { listed, printable } from './printable.ts';

/**
 * Every failure of an export that has a name of its own. The state machines' retries and catches and the README use
 * these names, so each one is a string literal: bundling renames classes, never strings.
 */
export const errorNames = [
  'InvalidRequestError',
  'AuthenticationError',
  'TemplateNotFoundError',
  'ReportNotFoundError',
  /** Found by the state machine: Lucca ended the generation with the status `error`, twice. */
  'ReportGenerationFailedError',
  'ReportTimedOutError',
  'RateLimitedError',
  'LuccaBusyError',
  'LuccaUnavailableError',
  'LuccaUnreachableError',
  'LuccaRejectedError',
  'UnexpectedResponseError',
  'FileTooLargeError',
  'AwsUnavailableError',
  /** Found by the state machine: another export had the lease for as long as this one may wait. */
  'LeaseUnavailableError',
  'LeaseNotRenewedError',
  /** Found by the state machine of batches: not all exports succeeded. */
  'BatchFailedError',
] as const;
export type ErrorName = (typeof errorNames)[number];

/** Those that would be the same the next time: nothing retries them. */
export const finalErrors: readonly string[] = [
  'InvalidRequestError',
  'AuthenticationError',
  'TemplateNotFoundError',
  'ReportTimedOutError',
  'LuccaRejectedError',
  'FileTooLargeError',
] satisfies ErrorName[];

// Messages end up in the `Cause` of the execution: they say what was expected, what was found and what to do.

/** Messages quote what others wrote. */
class PrintableError extends Error {
  // Without a cause: errors of networks hold what came over them.
  constructor(message: string) {
    super(printable(message));
  }
}

/** The input is wrong. Lists its problems with their paths. */
export class InvalidRequestError extends PrintableError {
  override readonly name = 'InvalidRequestError' satisfies ErrorName;

  constructor(problems: readonly string[]) {
    super(listed('The input is wrong, so nothing was exported:', problems));
  }
}

/** There is no usable API key, or Lucca refused it twice, the secret having been read afresh in between. */
export class AuthenticationError extends PrintableError {
  override readonly name = 'AuthenticationError' satisfies ErrorName;
}

/** Lucca doesn't know the report template, or doesn't show it to this API key. */
export class TemplateNotFoundError extends PrintableError {
  override readonly name = 'TemplateNotFoundError' satisfies ErrorName;
}

/** The report is gone: superseded by another report of the same API key, or expired. */
export class ReportNotFoundError extends PrintableError {
  override readonly name = 'ReportNotFoundError' satisfies ErrorName;
}

/** The report was not done by the deadline, or Lucca asks to wait past it. */
export class ReportTimedOutError extends PrintableError {
  override readonly name = 'ReportTimedOutError' satisfies ErrorName;
}

/**
 * Lucca answered 429. The state machine reads the seconds to wait from the message, because a `Retry` can't
 * wait as long as it is told to: see `retryAfterPattern`.
 */
export class RateLimitedError extends PrintableError {
  override readonly name = 'RateLimitedError' satisfies ErrorName;

  constructor(request: string, retryAfterSeconds: number) {
    super(`Lucca limits the rate of requests: ${request} answered 429, retry after ${retryAfterSeconds} s.`);
  }
}

/** Lucca answered 503 and said when to come back, as during a maintenance. Waited for as after a 429. */
export class LuccaBusyError extends PrintableError {
  override readonly name = 'LuccaBusyError' satisfies ErrorName;

  constructor(request: string, retryAfterSeconds: number) {
    super(`Lucca is busy: ${request} answered 503, retry after ${retryAfterSeconds} s.`);
  }
}

/** Finds the seconds in the message of these two; a regular expression of JSONata as well. */
export const retryAfterPattern = /retry after ([0-9]+) s/;

/**
 * Lucca can't be reached, answered 5xx or a 4xx that passes by itself, cut or stalled a download, or lags behind with a
 * file; or something else answers while a report is polled. Worth trying again.
 */
export class LuccaUnavailableError extends PrintableError {
  override readonly name = 'LuccaUnavailableError' satisfies ErrorName;
}

/** There is no such host, or its certificate isn't trusted. Rarely mended by waiting. */
export class LuccaUnreachableError extends PrintableError {
  override readonly name = 'LuccaUnreachableError' satisfies ErrorName;
}

/** Lucca refused the request with another 4xx; the problem details are in the message. */
export class LuccaRejectedError extends PrintableError {
  override readonly name = 'LuccaRejectedError' satisfies ErrorName;
}

/** An answer isn't what Lucca's API promises: no id, an unknown status, a web page instead of a file. */
export class UnexpectedResponseError extends PrintableError {
  override readonly name = 'UnexpectedResponseError' satisfies ErrorName;
  /** Whether it was Lucca itself that answered so, rather than something in between. */
  readonly isLuccas: boolean;

  constructor(message: string, { isLuccas = false } = {}) {
    super(message);
    this.isLuccas = isLuccas;
  }
}

/** A file is larger than any that a report is expected to have. */
export class FileTooLargeError extends PrintableError {
  override readonly name = 'FileTooLargeError' satisfies ErrorName;
}

/** The execution was redriven since it renewed its lease, and may have lost it meanwhile. */
export class LeaseNotRenewedError extends PrintableError {
  override readonly name = 'LeaseNotRenewedError' satisfies ErrorName;
}

/** S3 or Secrets Manager failed, the SDK's own retries included. */
export class AwsUnavailableError extends PrintableError {
  override readonly name = 'AwsUnavailableError' satisfies ErrorName;
}
