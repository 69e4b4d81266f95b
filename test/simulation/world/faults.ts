import type { Clock } from '../../../local/clock.ts';
import type { Chance } from '../chance.ts';
import { currentInvocation } from './invocation.ts';
import type { Boundary, Weather } from '../scenario.ts';

/** A fault that struck. */
export interface Strike {
  /** Milliseconds since the epoch. */
  at: number;
  boundary: Boundary;
  operation: string;
  kind: string;
  /** Name of the execution that met it. */
  execution: string;
}

/** One way in which a call can go wrong. */
export interface FaultKind<Fault> {
  kind: string;
  /**
   * How many faults of its group one execution survives, per operation: in mild weather there are no more. None: such
   * a fault may end an export.
   */
  survivable?: number;
  /** Kinds that wear out the same patience. @default the kind */
  group?: string;
  /** Counted for all operations together. */
  perExecution?: boolean;
  fault: () => Fault;
}

export interface Faults {
  struck: readonly Strike[];
  /** The fault that a call meets, if any. */
  strike: <Fault>(
    boundary: Boundary,
    operation: string,
    kinds: readonly FaultKind<Fault>[],
    execution?: string,
  ) => Fault | undefined;
  /** Notes what goes wrong without being drawn for each call. */
  note: (boundary: Boundary, operation: string, kind: string, execution: string) => void;
}

export function createFaults(
  { kind: weather, rates, outages }: Weather,
  chance: Chance,
  clock: Clock,
): Faults {
  const startedAt = clock.now();
  const struck: Strike[] = [];
  const worn = new Map<string, number>();

  const isOut = (boundary: Boundary) => {
    const seconds = (clock.now() - startedAt) / 1000;
    return outages.some(
      (outage) => outage.boundary === boundary && outage.from <= seconds && seconds < outage.to,
    );
  };
  const isExhausted = (boundary: Boundary) =>
    usesSdk.has(boundary) && struck.filter((strike) => strike.boundary === boundary).length >= mostForSdk;
  /** Whether a kind may strike once more, which is then counted. */
  const wears = (
    { kind, group = kind, survivable = 0, perExecution }: FaultKind<unknown>,
    operation: string,
    execution: string,
  ) => {
    const key = [execution, group, perExecution === true ? '' : operation].join('/');
    const count = (worn.get(key) ?? 0) + 1;
    if (count > survivable) return false;
    worn.set(key, count);
    return true;
  };

  const note = (boundary: Boundary, operation: string, kind: string, execution: string) =>
    void struck.push({ at: clock.now(), boundary, operation, kind, execution });

  return {
    struck,
    note,
    strike: (boundary, operation, kinds, execution = currentInvocation()?.execution ?? '') => {
      const probability = isOut(boundary) ? 0.97 : rates[boundary];
      if (kinds.length === 0 || !chance.happens(probability)) return undefined;
      const chosen = chance.pick(kinds);
      if (weather !== 'storm' && (isExhausted(boundary) || !wears(chosen, operation, execution))) {
        return undefined;
      }
      note(boundary, operation, chosen.kind, execution);
      return chosen.fault();
    },
  };
}

/** A client of the SDK has 500 tokens for retries, which cost 5 or 10 each; without any, it doesn't try again. */
const mostForSdk = 40;
const usesSdk = new Set<Boundary>(['S3', 'Secrets Manager', 'DynamoDB']);
