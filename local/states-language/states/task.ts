import type { TaskState, Template } from '../definition.ts';
import { StateError } from '../errors.ts';
import { withRetryAndCatch } from '../failures.ts';
import { checkLambdaInvokeArguments } from '../lambda-invoke.ts';
import { LIMITS } from '../limits.ts';
import { checkPayload } from '../payload.ts';
import { evaluateNumber } from '../typed-fields.ts';
import { type Json, TaskFailure } from '../types.ts';
import { evaluateIn, leave, type Outcome, type Visit } from '../visit.ts';
import { withTimeout } from '../timeout.ts';

/** A Task state calls its resource with its arguments. */
export function runTask(visit: Visit, state: TaskState): Promise<Outcome> {
  return withRetryAndCatch(visit, state, async () => {
    const args = state.arguments ? await evaluateIn(visit, state.arguments) : visit.input;
    checkLambdaInvokeArguments(state, args);
    checkPayload(visit.name, args);
    const timeoutSeconds = state.timeoutSeconds && (await evaluateTimeout(visit, state.timeoutSeconds));
    visit.work.arguments = args;
    const result = await callResource(visit, state, args, timeoutSeconds);
    visit.work.result = result;
    return leave(visit, state, result, { result });
  });
}

async function evaluateTimeout(visit: Visit, template: Template): Promise<number> {
  const seconds = await evaluateNumber(visit, 'TimeoutSeconds', template, LIMITS.seconds);
  // AWS takes 0, which it refuses as a literal. What it does then, nobody says.
  if (seconds === 0) throw new Error('TimeoutSeconds is not implemented for 0');
  return seconds;
}

async function callResource(
  visit: Visit,
  { resource }: TaskState,
  args: Json,
  timeoutSeconds: number | undefined,
): Promise<Json> {
  const { execution, name } = visit;
  const { clock, emit, history } = execution;
  const events = eventNames(resource);
  const timeout = timeoutSeconds !== undefined && { timeoutSeconds };
  for (const event of events.start) history.record(event);
  emit({ type: 'taskStarted', at: clock.now(), state: name, resource, arguments: args, ...timeout });
  try {
    const call = { state: name, resource, arguments: structuredClone(args), ...timeout };
    const result = await withTimeout(clock, timeoutSeconds, visit.signal, (signal) =>
      execution.runTask({ ...call, signal }),
    );
    checkPayload(resource, result);
    history.record(events.success);
    emit({ type: 'taskSucceeded', at: clock.now(), state: name, result });
    return result;
  } catch (thrown) {
    const failure = asStateError(thrown);
    history.record(failure.error === 'States.Timeout' ? events.timeout : events.failure);
    const cause = failure.explanation !== undefined && { cause: failure.explanation };
    emit({ type: 'taskFailed', at: clock.now(), state: name, error: failure.error ?? '', ...cause });
    throw failure;
  }
}

function asStateError(thrown: unknown): StateError {
  if (thrown instanceof StateError) return thrown;
  if (!(thrown instanceof TaskFailure)) throw thrown;
  return new StateError(thrown.error, typeof thrown.cause === 'string' ? thrown.cause : undefined);
}

/** AWS writes other events for a function that is called directly than for a service integration. */
function eventNames(resource: string) {
  const isFunction = /^arn:[^:]*:lambda:/.test(resource);
  const kind = isFunction ? 'LambdaFunction' : 'Task';
  const waits = /\.sync(:\d)?$/.test(resource);
  return {
    start: [`${kind}Scheduled`, `${kind}Started`, ...(waits ? ['TaskSubmitted'] : [])],
    success: `${kind}Succeeded`,
    failure: `${kind}Failed`,
    timeout: `${kind}TimedOut`,
  };
}
