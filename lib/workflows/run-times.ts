/** How long the parts of an export may take, in seconds. All follow from how long Lucca may take for a report. */
export interface RunTimes {
  /** From getting the lease until the report must be done. */
  readonly report: number;
  /** From getting the lease until the files must be stored: a 429 may delay the downloads of a report done in time. */
  readonly store: number;
  /** How long an export waits for the lease before it gives up. */
  readonly leaseWait: number;
  /** The longest possible run: an execution that takes longer is ended. */
  readonly longestRun: number;
  /** The age at which a lease may be taken over: its owner was ended by then, and so was the function it had called. */
  readonly leaseExpiry: number;
}

const minute = 60;
const hour = 60 * minute;

/** Between two checks of a report, as Lucca's guide recommends. */
export const pollSeconds = 10;

/** How long a function may take that makes a few requests of Lucca. */
export const functionSeconds = 3 * minute;

/** How long AWS may take for a call that Step Functions makes without a function. */
export const awsCallSeconds = minute;

const timeToStore = hour;

/** For retries under way when a deadline passes. */
const timeToFinish = hour;

/**
 * With 4 hours for the report: the lease is held for 6 hours at most, waited for 12 hours at most (6 on average, as
 * the waits are jittered: one export that takes as long as it may is outlived), and a run takes 18 hours at most.
 * @param report how long Lucca may take to generate a report
 */
export function runTimes(report: number): RunTimes {
  const store = report + timeToStore;
  const longestHold = store + timeToFinish;
  const leaseWait = 2 * longestHold;
  const longestRun = leaseWait + longestHold;
  return { report, store, leaseWait, longestRun, leaseExpiry: longestRun + functionSeconds };
}

/** Step Functions ends an execution at 25,000 history events; the rest is for retries. */
const historyEvents = 24_000;
const eventsPerPoll = 9;
const eventsPerAttemptAtLease = 3;

/** What the history of the longest run holds: a round of polling each time, an attempt at the lease each minute. */
function eventsOf({ report, leaseWait }: RunTimes): number {
  return (report / pollSeconds) * eventsPerPoll + (leaseWait / minute + 10) * eventsPerAttemptAtLease;
}

export const shortestReportTimeout = minute;

/** As many whole hours as an execution's history has room for. */
export const longestReportTimeout = longestTimeout();

function longestTimeout(): number {
  let hours = 0;
  while (eventsOf(runTimes((hours + 1) * hour)) <= historyEvents) hours++;
  return hours * hour;
}
