import type { ParallelState } from '../definition.ts';
import { StateError } from '../errors.ts';
import { withRetryAndCatch } from '../failures.ts';
import { runFlow } from '../flow.ts';
import { checkPayload } from '../payload.ts';
import { runTogether } from '../run-together.ts';
import type { Json } from '../types.ts';
import { evaluateIn, leave, type Outcome, type Visit } from '../visit.ts';

/** A Parallel state runs its branches together; its result lists theirs in the order of the definition. */
export function runParallel(visit: Visit, state: ParallelState): Promise<Outcome> {
  return withRetryAndCatch(visit, state, async () => {
    const input = state.arguments ? await evaluateIn(visit, state.arguments) : visit.input;
    checkPayload(visit.name, input);
    visit.work.arguments = input;
    const result = await runBranches(visit, state, input);
    visit.work.result = result;
    checkPayload(visit.name, result);
    return leave(visit, state, result, { result });
  });
}

async function runBranches(visit: Visit, state: ParallelState, input: Json): Promise<Json[]> {
  const { execution } = visit;
  execution.history.record('ParallelStateStarted');
  try {
    const result = await runTogether(state.branches, Infinity, visit, visit.position.parts, (branch, scope) =>
      runFlow(execution, branch, input, scope),
    );
    execution.history.record('ParallelStateSucceeded');
    return result;
  } catch (thrown) {
    if (thrown instanceof StateError) execution.history.record('ParallelStateFailed');
    throw thrown;
  }
}
