import type { ExecutionEvent, ExecutionResult, Json } from '../../local/states-language/index.ts';

/** What an execution did, in the shape of a vector's `expected`. */
export function recordingOf(
  result: ExecutionResult,
  events: readonly ExecutionEvent[],
): Record<string, Json> {
  const entered = eventsOf(events, 'stateEntered');
  const exited = eventsOf(events, 'stateExited');
  const assigned = exited.filter((event) => event.assigned !== undefined);
  const started = eventsOf(events, 'taskStarted');
  return {
    ...endOf(result),
    states: entered.map(({ state }) => state),
    stateInputs: entered.map(({ state, input }) => ({ state, input })),
    stateOutputs: exited.map(({ state, output }) => ({ state, output })),
    assigned: assigned.map(({ state, assigned }) => ({ state, assigned: assigned! })),
    taskInputs: started.map(({ state, arguments: input, timeoutSeconds }) => ({
      state,
      input,
      ...(timeoutSeconds !== undefined && { timeoutSeconds }),
    })),
    retries: eventsOf(events, 'retryScheduled').map(({ state, attempt, error, delaySeconds }) => ({
      state,
      retry: attempt,
      error,
      delaySeconds,
    })),
  };
}

function eventsOf<Type extends ExecutionEvent['type']>(events: readonly ExecutionEvent[], type: Type) {
  return events.filter((event): event is Extract<ExecutionEvent, { type: Type }> => event.type === type);
}

function endOf(result: ExecutionResult): Record<string, Json> {
  if (result.status === 'SUCCEEDED') return { status: result.status, output: result.output };
  const { status, error = null, cause = null } = result;
  return { status, error, cause };
}
