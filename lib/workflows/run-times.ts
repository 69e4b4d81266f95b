/** How long the parts of an export may take, in seconds. All follow from how long Lucca may take for a report. */
export interface RunTimes {
  /** From getting the lease until the report must be done. */
  readonly report: number;
  /** From getting the lease until the files must be stored: a 429 may delay the downloads of a report done in time. */
  readonly store: number;
  /** How long an export waits for the lease before it gives up. */
  readonly leaseWait: number;
  /** From when on it doesn't wait for another round. */
  readonly lastRound: number;
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

/** After which a function has surely ended whose execution ended: Step Functions may tell whole seconds only. */
export const functionsEndSeconds = functionSeconds + 5;

/** How long AWS may take for a call that Step Functions makes without a function. */
export const awsCallSeconds = minute;

/** How an export tries to get a lease that another one has, before it looks who that is: for so long at most, half of it on average. */
export const leaseRound = { attempts: 21, seconds: 5 + 10 + 20 + 40 + 16 * minute };

/** After how long waiting counts as long: until then, chance is fair enough, and faster where many exports are short. */
export const patience = 30 * minute;

/** For looking who has the lease, with retries of AWS's calls. */
const timeToLook = 10 * minute;

/** How long a reserved turn stays reserved: until it is reserved again, a round later. */
export const turnSeconds = leaseRound.seconds + timeToLook;

const timeToStore = hour;

/** For retries under way when a deadline passes. */
const timeToFinish = hour;

/**
 * With 4 hours for the report: the lease is held for 6 hours at most, waited for 12 hours at most (one export that takes as
 * long as it may is outlived), and a run takes 18 hours at most.
 * @param report how long Lucca may take to generate a report
 */
export function runTimes(report: number): RunTimes {
  const store = report + timeToStore;
  const longestHold = store + timeToFinish;
  const leaseWait = 2 * longestHold;
  const longestRun = leaseWait + longestHold;
  return {
    report,
    store,
    leaseWait,
    lastRound: leaseWait - leaseRound.seconds - timeToLook,
    longestRun,
    leaseExpiry: longestRun + functionSeconds,
  };
}

/** Step Functions ends an execution at 25,000 history events; the rest is for retries. */
const historyEvents = 24_000;
const eventsPerPoll = 9;
const eventsPerAttempt = 3;
const eventsPerLook = 16;

/** What the history of the longest run holds: rounds of polling, and of waiting for the lease. */
function eventsOf({ report, leaseWait }: RunTimes): number {
  const eventsPerRound = leaseRound.attempts * eventsPerAttempt + eventsPerLook;
  return (
    (report / pollSeconds) * eventsPerPoll + Math.ceil(leaseWait / (leaseRound.seconds / 2)) * eventsPerRound
  );
}

export const shortestReportTimeout = minute;

/** As many whole hours as an execution's history has room for. */
export const longestReportTimeout = longestTimeout();

function longestTimeout(): number {
  let hours = 0;
  while (eventsOf(runTimes((hours + 1) * hour)) <= historyEvents) hours++;
  return hours * hour;
}
