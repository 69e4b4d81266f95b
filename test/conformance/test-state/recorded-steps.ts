import type { Flow } from './definition.ts';
import { flowsOf, statesOf } from './definition.ts';
import type { StateAttempt } from '../../../local/states-language/index.ts';
import type { Prepared } from '../../simulation/prepare.ts';
import { machineNameOf } from '../../simulation/invariants/kinds.ts';
import { simulate } from '../../simulation/run.ts';
import { createWorldInProcess } from '../../simulation/world/in-process.ts';
import { fieldsOf, type Step } from './step.ts';

/** The steps of a simulated scenario, those of all executions, in the order in which they end. */
export async function recordSteps(seed: number, prepared: Prepared): Promise<Step[]> {
  const definitions = new Map(
    prepared.assembly.stateMachines.map(({ arn, definition }) => [arn, definition as Flow]),
  );
  const steps: Step[] = [];
  /** The last states that failed, by execution: whoever fails around them does so because of one of them. */
  const failed = new Map<string, StateAttempt[]>();

  function record(attempt: StateAttempt, executionArn: string): void {
    const machineArn = executionArn.replace(':execution:', ':stateMachine:').split(':').slice(0, 7).join(':');
    const step: Step = {
      machine: machineNameOf(machineArn),
      definition: definitions.get(machineArn)!,
      attempt,
    };
    const before = failed.get(executionArn) ?? [];
    const causedBy = causeOf(step, before);
    steps.push({ ...step, ...(causedBy !== undefined && { causedBy }) });
    if (attempt.outcome.status === 'FAILED') failed.set(executionArn, [...before, attempt]);
  }

  await simulate(seed, prepared, (scenario, given) => {
    // Of today's definitions alone.
    delete scenario.deployment;
    return createWorldInProcess(scenario, given, (attempt, { arn }) => record(attempt, arn));
  });
  return steps;
}

function causeOf(step: Step, failed: readonly StateAttempt[]): string | undefined {
  const { outcome } = step.attempt;
  if (outcome.status === 'SUCCEEDED') return undefined;
  const inside = new Set(flowsOf(fieldsOf(step)).flatMap((flow) => [...statesOf(flow).keys()]));
  return failed.findLast(
    ({ state, outcome: inner }) =>
      inside.has(state) && inner.status === 'FAILED' && inner.error === outcome.error,
  )?.state;
}
