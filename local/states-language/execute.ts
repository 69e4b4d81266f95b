import { MADE_UP_ARN } from './context.ts';
import type { StateMachine } from './definition.ts';
import { Interruption, StateError } from './errors.ts';
import { createEvaluator } from './expressions.ts';
import { runFlow } from './flow.ts';
import { createHistory, type History } from './history.ts';
import { LIMITS } from './limits.ts';
import { newProgress, type Progress } from './progress.ts';
import type { Clock, ExecutionOptions, ExecutionResult, Redrivable } from './types.ts';
import type { Execution } from './visit.ts';

/**
 * Runs a state machine to its end. Resolves however the execution ends; rejects only with what a task runner throws
 * besides TaskFailure.
 */
export const execute = (machine: StateMachine, options: ExecutionOptions): Promise<ExecutionResult> =>
  createExecution(machine, options).run(options);

/** An execution can be redriven unless its history has at least so many events: there must be room for two. */
export const mostEventsForRedrive = LIMITS.historyEvents - 1;

/** An execution that can be redriven: it keeps where it stands, its variables and its history. */
export function createExecution(
  machine: StateMachine,
  options: Omit<ExecutionOptions, 'signal'>,
): Redrivable {
  const execution = newExecution(options);
  const progress = newProgress();
  let runs = 0;
  return {
    run: ({ signal, entersAnew = false }) => {
      if (runs === 0) execution.history.record('ExecutionStarted');
      else redrive(execution, runs, entersAnew);
      runs++;
      return runToEnd(execution, machine, progress, signal);
    },
  };
}

async function runToEnd(
  execution: Execution,
  machine: StateMachine,
  progress: Progress,
  aborted?: AbortSignal,
): Promise<ExecutionResult> {
  const { clock, history, input } = execution;
  const ended = new AbortController();
  const interrupted = new AbortController();
  const abort = () => interrupted.abort(new Interruption('ABORTED'));
  if (aborted?.aborted) abort();
  aborted?.addEventListener('abort', abort, { once: true, signal: ended.signal });
  void interruptAfter(clock, machine.timeoutSeconds, interrupted, ended.signal);
  try {
    const output = await runFlow(execution, machine, input, { progress, signal: interrupted.signal });
    return { status: 'SUCCEEDED', output, historyEvents: history.recordEnd('ExecutionSucceeded') };
  } catch (thrown) {
    return endOf(thrown, history);
  } finally {
    ended.abort();
  }
}

function newExecution(options: Omit<ExecutionOptions, 'signal'>): Execution {
  const { name, input, clock, runTask, random = Math.random, onEvent = () => {} } = options;
  const { stateMachineArn = MADE_UP_ARN, onAttempt } = options;
  const evaluate = createEvaluator({ now: () => clock.now(), random });
  return {
    name,
    stateMachineArn,
    input,
    startedAt: clock.now(),
    clock,
    random,
    runTask,
    evaluate,
    history: createHistory(),
    emit: onEvent,
    ...(onAttempt && { onAttempt }),
  };
}

function redrive(execution: Execution, count: number, entersAnew: boolean): void {
  execution.history.record('ExecutionRedriven');
  execution.redrive = { count, at: execution.clock.now(), entersAnew };
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
