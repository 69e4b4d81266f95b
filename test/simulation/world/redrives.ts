import type { Execution, StepFunctions } from '../../../local/aws/step-functions/step-functions.ts';
import { mostEventsForRedrive } from '../../../local/states-language/index.ts';
import type { Network } from './aws/sdk.ts';

/** People who redrive executions that failed, timed out or were stopped. */
export interface Redrives {
  /** To be told of every end. */
  onEnd: (execution: Execution) => void;
  /** Those that happened, oldest first. */
  done: readonly Redrive[];
  /** Those that will. */
  pending: ReadonlySet<Promise<void>>;
}

export interface Redrive {
  /** Name of the execution. */
  execution: string;
  /** When it had ended, and when it went on, in milliseconds since the epoch. */
  endedAt: number;
  at: number;
}

const most = 4;
const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/**
 * @param likelihood of each execution that ends without success
 * @param stepFunctions where executions are redriven
 */
export function createRedrives(
  likelihood: number,
  { chance, clock }: Pick<Network, 'chance' | 'clock'>,
  stepFunctions: () => Pick<StepFunctions, 'redrive' | 'stop'>,
): Redrives {
  const done: Redrive[] = [];
  const pending = new Set<Promise<void>>();

  /** From at once to just within the 14 days; often when the lease is about to be released, or has just been. */
  const drawPause = () =>
    chance.random() * chance.pick([2000, minute, 3 * minute, 4 * minute, hour, 20 * hour, 13 * day]);

  async function redriveLater({ arn, name, stoppedAt }: Execution): Promise<void> {
    await clock.sleep(drawPause());
    void stepFunctions().redrive(arn, { entersAnew: chance.happens(0.3) });
    done.push({ execution: name, endedAt: stoppedAt!, at: clock.now() });
    if (!chance.happens(0.3)) return;
    await clock.sleep(chance.random() * chance.pick([500, 5000, 5 * minute]));
    stepFunctions().stop(arn);
  }

  return {
    done,
    pending,
    onEnd: (execution) => {
      const { status, historyEvents } = execution.result!;
      const isRedrivable = status !== 'SUCCEEDED' && historyEvents < mostEventsForRedrive;
      if (!isRedrivable || execution.redriveCount >= most || !chance.happens(likelihood)) return;
      const redrive = redriveLater(execution);
      pending.add(redrive);
      void redrive.then(() => pending.delete(redrive));
    },
  };
}
