import type { Prepared } from '../../simulation/prepare.ts';
import { type Flow, partsOf } from './definition.ts';
import { errorSteps, makeSteps, timelessSteps } from './made-steps.ts';
import { machineNameOf } from '../../simulation/invariants/kinds.ts';
import { recordSteps } from './recorded-steps.ts';
import { featuresOf, fieldsOf, isClear, partsShown, type Step } from './step.ts';
import { decidesByTime } from './unlike.ts';

export interface Steps {
  steps: Step[];
  /** Parts of the state machines that none of them shows. */
  missing: string[];
}

/** Steps of simulated runs, each with something that those before it don't show, and made ones for what is left. */
export async function collectSteps(seeds: Iterable<number>, prepared: Prepared): Promise<Steps> {
  const chosen: Step[] = [];
  const shown = new Set<string>();
  const choose = (step: Step) => {
    const features = featuresOf(step);
    if (features.every((feature) => shown.has(feature))) return;
    features.forEach((feature) => shown.add(feature));
    chosen.push(step);
  };
  for (const seed of seeds) {
    for (const step of await recordSteps(seed, prepared)) {
      if (!isClear(step)) continue;
      if (decidesByTime(fieldsOf(step))) (await timelessSteps(step)).forEach(choose);
      else choose(step);
    }
  }
  (await makeSteps(chosen)).forEach(choose);
  (await errorSteps(chosen)).forEach(choose);
  const parts = new Set(chosen.flatMap(partsShown));
  return { steps: chosen, missing: partsToShow(prepared).filter((part) => !parts.has(part)) };
}

const partsToShow = ({ assembly }: Prepared): string[] => [
  ...new Set(
    assembly.stateMachines.flatMap(({ arn, definition }) => partsOf(machineNameOf(arn), definition as Flow)),
  ),
];
