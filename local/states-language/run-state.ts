import type { State } from './definition.ts';
import { Interruption } from './errors.ts';
import { failedAttempt, stateErrorOf } from './failures.ts';
import { checkPayload } from './payload.ts';
import { forgetParts, type Position } from './progress.ts';
import { runChoice } from './states/choice.ts';
import { runFail } from './states/fail.ts';
import { runMap } from './states/map.ts';
import { runParallel } from './states/parallel.ts';
import { runPass } from './states/pass.ts';
import { runSucceed } from './states/succeed.ts';
import { runTask } from './states/task.ts';
import { runWait } from './states/wait.ts';
import { assignVariables } from './variables.ts';
import { type Execution, type FlowScope, type Outcome, recordAttempt, type Visit } from './visit.ts';

/** Enters a state, does what its type says, assigns its variables and leaves it. */
export async function runState(
  execution: Execution,
  position: Position,
  state: State,
  scope: FlowScope,
): Promise<Outcome> {
  scope.signal.throwIfAborted();
  const visit = enter(execution, position, state, scope);
  const { name, input } = visit;
  try {
    checkPayload(name, input);
    const outcome = await perform(visit, state);
    scope.signal.throwIfAborted();
    checkPayload(name, outcome.output);
    recordLeft(visit, outcome);
    if (outcome.assigned) assignVariables(scope.progress.variables, outcome.assigned);
    exit(visit, state, outcome);
    forgetParts(position);
    return outcome;
  } catch (thrown) {
    if (thrown instanceof Interruption) recordAborted(visit, state, thrown);
    const failure = stateErrorOf(visit, thrown);
    recordAttempt(visit, { status: 'FAILED', ...failedAttempt(failure) });
    throw failure;
  }
}

/** A state that is gone on with after a redrive was entered before. */
function enter(execution: Execution, position: Position, state: State, scope: FlowScope): Visit {
  const { state: name, input } = position;
  if (position.entered === undefined || execution.redrive?.entersAnew === true) {
    const eventId = execution.history.record(`${state.type}StateEntered`);
    const at = execution.clock.now();
    position.entered = { at, eventId };
    execution.emit({ type: 'stateEntered', at, state: name, stateType: state.type, input });
  }
  const { at: enteredAt, eventId: enteredEventId } = position.entered;
  const canRetry = 'retry' in state && { retryCount: 0 };
  return { ...scope, execution, position, name, input, enteredAt, enteredEventId, ...canRetry, work: {} };
}

function perform(visit: Visit, state: State): Promise<Outcome> {
  switch (state.type) {
    case 'Task':
      return runTask(visit, state);
    case 'Pass':
      return runPass(visit, state);
    case 'Wait':
      return runWait(visit, state);
    case 'Choice':
      return runChoice(visit, state);
    case 'Parallel':
      return runParallel(visit, state);
    case 'Map':
      return runMap(visit, state);
    case 'Succeed':
      return runSucceed(visit, state);
    case 'Fail':
      return runFail(visit, state);
  }
}

function recordLeft(visit: Visit, { caught, ...left }: Outcome): void {
  if (caught === undefined) recordAttempt(visit, { status: 'SUCCEEDED', ...left });
  else recordAttempt(visit, { status: 'CAUGHT_ERROR', ...left, ...caught });
}

function exit(visit: Visit, state: State, { output, assigned = {} }: Outcome): void {
  const { execution } = visit;
  execution.history.record(`${state.type}StateExited`);
  const variables = Object.keys(assigned).length > 0 && { assigned };
  execution.emit({ type: 'stateExited', at: execution.clock.now(), state: visit.name, output, ...variables });
}

/** When a sibling fails, AWS notes which states were under way. */
function recordAborted(visit: Visit, state: State, interruption: Interruption): void {
  const lasting = ['Task', 'Wait', 'Parallel', 'Map'].includes(state.type);
  if (lasting && interruption.reason === 'SIBLING_FAILED')
    visit.execution.history.record(`${state.type}StateAborted`);
}
