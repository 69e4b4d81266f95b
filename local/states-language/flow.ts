import type { Flow } from './definition.ts';
import { StateError } from './errors.ts';
import { runState } from './run-state.ts';
import type { Json } from './types.ts';
import type { Execution, FlowScope } from './visit.ts';

/** Runs states from `StartAt`, or from where the flow has come to, to its end, each on the output of the one before. */
export async function runFlow(
  execution: Execution,
  flow: Flow,
  input: Json,
  scope: FlowScope,
): Promise<Json> {
  const { progress } = scope;
  progress.position ??= { state: flow.startAt, input, parts: [] };
  for (;;) {
    const { state: name } = progress.position;
    const state = flow.states.get(name);
    if (state === undefined) throw new StateError('States.Runtime', `There is no state ${name}.`);
    const { output, next } = await runState(execution, progress.position, state, scope);
    if (next === undefined) {
      progress.ended = { output };
      return output;
    }
    progress.position = { state: next, input: output, parts: [] };
  }
}
