import { featuresOf } from './features.ts';
import { violations } from './invariants/invariants.ts';
import type { Outcome } from './run.ts';

/** What many simulations came to. */
export interface Tally {
  seeds: number;
  executions: number;
  /** Of virtual time. */
  hours: number;
  /** How executions ended: by status, and by error where they failed. */
  endings: Record<string, number>;
  /** Faults that struck, by boundary and kind. */
  faults: Record<string, number>;
  /** What each seed shows. */
  features: Map<number, readonly string[]>;
  /** What was violated, with the seed in front. */
  violations: string[];
}

export const emptyTally = (): Tally => ({
  seeds: 0,
  executions: 0,
  hours: 0,
  endings: {},
  faults: {},
  features: new Map(),
  violations: [],
});

/** Simulates one seed after the other. One that throws is a violation, and so is a promise that nobody looks after. */
export async function runCampaign(
  seeds: Iterable<number>,
  simulate: (seed: number) => Promise<Outcome>,
  onSeed: (tally: Tally) => void = () => {},
): Promise<Tally> {
  const total = emptyTally();
  const unhandled: unknown[] = [];
  const note = (reason: unknown) => unhandled.push(reason);
  process.on('unhandledRejection', note);
  for (const seed of seeds) {
    const tally = await tallyOf(seed, simulate);
    tally.violations.push(
      ...unhandled.splice(0).map((reason) => `seed ${seed}: unhandled rejection: ${stackOf(reason)}`),
    );
    addTally(total, tally);
    onSeed(tally);
  }
  process.off('unhandledRejection', note);
  return total;
}

async function tallyOf(seed: number, simulate: (seed: number) => Promise<Outcome>): Promise<Tally> {
  try {
    const outcome = await simulate(seed);
    const { executions, world } = outcome;
    return {
      seeds: 1,
      executions: executions.length,
      hours: (world.clock.now() - world.startedAt) / 3_600_000,
      endings: countBy(executions.map(({ execution: { result } }) => endingOf(result))),
      faults: countBy(world.faults.struck.map(({ boundary, kind }) => `${boundary}: ${kind}`)),
      features: new Map([[seed, featuresOf(outcome)]]),
      violations: violations(outcome).map((violation) => `seed ${seed}: ${violation}`),
    };
  } catch (error) {
    return {
      ...emptyTally(),
      seeds: 1,
      violations: [`seed ${seed}: the simulation throws: ${stackOf(error)}`],
    };
  }
}

function endingOf(result: { status: string; error?: string } | undefined): string {
  if (result === undefined) return 'never ended';
  return result.error ?? result.status;
}

const stackOf = (error: unknown) => (error instanceof Error ? (error.stack ?? error.message) : String(error));

function countBy(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

/** Adds a tally to another one. */
export function addTally(total: Tally, more: Tally): void {
  total.seeds += more.seeds;
  total.executions += more.executions;
  total.hours += more.hours;
  total.violations.push(...more.violations);
  for (const [seed, features] of more.features) total.features.set(seed, features);
  for (const counts of ['endings', 'faults'] as const) {
    for (const [name, count] of Object.entries(more[counts])) {
      total[counts][name] = (total[counts][name] ?? 0) + count;
    }
  }
}
