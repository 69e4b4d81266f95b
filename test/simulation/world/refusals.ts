import type { Scenario } from '../scenario.ts';
import type { Network } from './aws/sdk.ts';

/** Why Lambda doesn't run a function, and how Step Functions tells it. */
export interface Refusal {
  kind: string;
  error: string;
}

/** What Lambda asks before it runs a function. */
export type Refusals = (functionName: string, running: number) => Refusal | undefined;

/**
 * Calls that Lambda refuses for a while: all those for which the account has no room, and those of functions that a deployment
 * has just created, or that had been idle for weeks.
 */
export function createRefusals(
  { weather: { crowd }, deployment }: Scenario,
  { chance, clock }: Pick<Network, 'chance' | 'clock'>,
): Refusals {
  const startedAt = clock.now();
  const pending = new Map<string, Refusal | undefined>();

  /** Each function is ready from the beginning, or none of its calls is until the deployment is done. */
  const pendingRefusal = (functionName: string) => {
    if (!pending.has(functionName)) {
      const error = chance.pick(['Lambda.ResourceConflictException', 'Lambda.ResourceNotReadyException']);
      pending.set(functionName, chance.happens(0.5) ? { kind: 'function pending', error } : undefined);
    }
    return pending.get(functionName);
  };

  return (functionName, running) => {
    const seconds = (clock.now() - startedAt) / 1000;
    const isDuring = (times: { from: number; to: number } | undefined) =>
      times !== undefined && times.from <= seconds && seconds < times.to;
    if (isDuring(crowd) && running >= crowd!.room) {
      return { kind: 'no room', error: 'Lambda.TooManyRequestsException' };
    }
    return isDuring(deployment) ? pendingRefusal(functionName) : undefined;
  };
}
