import { MADE_UP_ARN } from './context.ts';
import type { StateMachine } from './definition.ts';
import { Interruption, StateError } from './errors.ts';
import { createEvaluator } from './expressions.ts';
import { runFlow } from './flow.ts';
import { createHistory, type History } from './history.ts';
import { LIMITS } from './limits.ts';
import type { Clock, ExecutionOptions, ExecutionResult } from './types.ts';
import { createScope } from './variables.ts';
import type { Execution } from './visit.ts';

/**
 * Runs a state machine to its end. Resolves however the execution ends; rejects only with what a task runner throws
 * besides TaskFailure.
 */
export async function execute(machine: StateMachine, options: ExecutionOptions): Promise<ExecutionResult> {
  const { clock, signal: aborted } = options;
  const ended = new AbortController();
  const interrupted = new AbortController();
  const abort = () => interrupted.abort(new Interruption('ABORTED'));
  if (aborted?.aborted) abort();
  aborted?.addEventListener('abort', abort, { once: true, signal: ended.signal });
  void interruptAfter(clock, machine.timeoutSeconds, interrupted, ended.signal);

  const execution = startExecution(options);
  try {
    const scope = { variables: createScope(), signal: interrupted.signal };
    const output = await runFlow(execution, machine, options.input, scope);
    return { status: 'SUCCEEDED', output, historyEvents: execution.history.recordEnd('ExecutionSucceeded') };
  } catch (thrown) {
    return endOf(thrown, execution.history);
  } finally {
    ended.abort();
  }
}

function startExecution(options: ExecutionOptions): Execution {
  const { name, input, clock, runTask, random = Math.random, onEvent = () => {} } = options;
  const { stateMachineArn = MADE_UP_ARN, onAttempt } = options;
  const history = createHistory();
  history.record('ExecutionStarted');
  const evaluate = createEvaluator({ now: () => clock.now(), random });
  const startedAt = clock.now();
  return {
    name,
    stateMachineArn,
    input,
    startedAt,
    clock,
    random,
    runTask,
    evaluate,
    history,
    emit: onEvent,
    ...(onAttempt && { onAttempt }),
  };
}

/** The time-out of the whole execution; no state can catch it. */
async function interruptAfter(
  clock: Clock,
  seconds: number | undefined,
  interrupted: AbortController,
  ended: AbortSignal,
): Promise<void> {
  if (seconds === undefined) return;
  try {
    await clock.sleep(seconds * 1000, ended);
    interrupted.abort(new Interruption('TIMED_OUT'));
  } catch {
    // The execution ended first.
  }
}

function endOf(thrown: unknown, history: History): ExecutionResult {
  if (thrown instanceof StateError) return failure(thrown, history);
  if (!(thrown instanceof Interruption)) throw thrown;
  switch (thrown.reason) {
    case 'ABORTED':
      return { status: 'ABORTED', historyEvents: history.recordEnd('ExecutionAborted') };
    case 'TIMED_OUT':
      return { status: 'TIMED_OUT', historyEvents: history.recordEnd('ExecutionTimedOut') };
    case 'HISTORY_FULL': {
      const cause = `The execution reached the maximum number of history events (${LIMITS.historyEvents}).`;
      return failure(new StateError('States.Runtime', cause), history);
    }
    case 'SIBLING_FAILED':
      throw thrown;
  }
}

function failure({ error, explanation }: StateError, history: History): ExecutionResult {
  return {
    status: 'FAILED',
    ...(error !== undefined && { error }),
    ...(explanation !== undefined && { cause: explanation }),
    historyEvents: history.recordEnd('ExecutionFailed'),
  };
}
