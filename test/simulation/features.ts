import { machineNameOf } from './invariants/kinds.ts';
import type { Outcome } from './run.ts';

/** What a simulation shows: which faults struck which operations, and how executions of which state machine ended. */
export function featuresOf({ scenario, world, executions }: Outcome): string[] {
  const faults = world.faults.struck.map(
    ({ boundary, kind, operation }) => `${boundary}: ${kind}, ${/\w+$/.exec(operation)?.[0]}`,
  );
  const endings = executions.map(({ execution: { stateMachineArn, result, redriveCount } }) => {
    const ending = result !== undefined && 'error' in result ? result.error : result?.status;
    const redriven = redriveCount > 0 ? ', redriven,' : '';
    return `${machineNameOf(stateMachineArn)}${redriven} ends as ${ending}`;
  });
  return [...new Set([`${scenario.weather.kind} weather`, ...faults, ...endings])];
}

/** So many things at least a seed has to show that no other one does: a single one isn't worth its time. */
const leastGain = 2;

/** A few seeds that together show most of what any of them shows; always the one next that shows most of what is left. */
export function findTellingSeeds(features: ReadonlyMap<number, readonly string[]>): number[] {
  const left = new Set([...features.values()].flat());
  const chosen: number[] = [];
  while (left.size > 0) {
    const gains = [...features].map(
      ([seed, shown]) => [seed, shown.filter((feature) => left.has(feature)).length] as const,
    );
    const [seed, gain] = gains.reduce((best, other) => (other[1] > best[1] ? other : best));
    if (gain < leastGain) break;
    chosen.push(seed);
    for (const feature of features.get(seed)!) left.delete(feature);
  }
  return withoutNeedless(chosen, features).toSorted((a, b) => a - b);
}

/** What was chosen early may show nothing by now that others don't. */
const withoutNeedless = (chosen: number[], features: ReadonlyMap<number, readonly string[]>) =>
  chosen.reduce((kept, seed) => {
    const others = kept.filter((other) => other !== seed);
    const shown = new Set(others.flatMap((other) => features.get(other)!));
    const own = features.get(seed)!.filter((feature) => !shown.has(feature));
    return own.length < leastGain ? others : kept;
  }, chosen);
