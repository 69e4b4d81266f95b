import type { Flow } from './definition.ts';
import { StateError } from './errors.ts';
import { runState } from './run-state.ts';
import type { Json } from './types.ts';
import type { Execution, FlowScope } from './visit.ts';

/** Runs states from `StartAt` to the end of the flow, each on the output of the one before. */
export async function runFlow(
  execution: Execution,
  flow: Flow,
  input: Json,
  scope: FlowScope,
): Promise<Json> {
  let current = input;
  let name: string | undefined = flow.startAt;
  while (name !== undefined) {
    const state = flow.states.get(name);
    if (state === undefined) throw new StateError('States.Runtime', `There is no state ${name}.`);
    const { output, next } = await runState(execution, name, state, current, scope);
    current = output;
    name = next;
  }
  return current;
}
