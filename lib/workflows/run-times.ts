import { Duration } from 'aws-cdk-lib';

/** How long the parts of an export may take. All follow from how long Lucca may take to generate a report. */
export interface RunTimes {
  /** From getting the lease until the report must be done. */
  readonly report: Duration;
  /** From getting the lease until the files must be stored: a 429 may delay the downloads of a report done in time. */
  readonly store: Duration;
  /** How long an export waits for the lease before it gives up. */
  readonly leaseWait: Duration;
  /** The longest possible run: an execution that takes longer is ended. */
  readonly longestRun: Duration;
  /** The age at which a lease may be taken over: its owner was ended by then, and so was the function it had called. */
  readonly leaseExpiry: Duration;
}

/** How long a function may take that makes a few requests of Lucca. */
export const functionTimeout = Duration.minutes(3);

const timeToStore = Duration.hours(1);

/** For retries under way when a deadline passes. */
const timeToFinish = Duration.hours(1);

/**
 * With 4 hours for the report: the lease is held for 6 hours at most, waited for 12 hours at most (6 on average, as
 * the waits are jittered: one export that takes as long as it may is outlived), and a run takes 18 hours at most.
 * @param report how long Lucca may take to generate a report
 */
export function runTimes(report: Duration): RunTimes {
  const store = report.plus(timeToStore);
  const longestHold = store.plus(timeToFinish);
  const leaseWait = Duration.seconds(2 * longestHold.toSeconds());
  const longestRun = leaseWait.plus(longestHold);
  return { report, store, leaseWait, longestRun, leaseExpiry: longestRun.plus(functionTimeout) };
}
