import { VirtualClock } from '../../../local/clock.ts';
import {
  execute,
  type ExecutionEvent,
  type ExecutionOptions,
  type ExecutionResult,
  type Json,
  loadStateMachine,
  type ResourceSupport,
  type TaskCall,
  TaskFailure,
  UnsupportedDefinitionError,
} from '../../../local/states-language/index.ts';

export const FUNCTION = 'arn:aws:lambda:eu-west-3:123456789012:function:Report';
export const START = '2026-03-02T06:00:00.000Z';

/** A JSONata state machine that starts at its first state. */
export function machine(states: Record<string, object>, fields: object = {}): object {
  return { QueryLanguage: 'JSONata', StartAt: Object.keys(states)[0], States: states, ...fields };
}

export interface Setup extends Partial<
  Pick<ExecutionOptions, 'input' | 'name' | 'onAttempt' | 'random' | 'signal'>
> {
  clock?: VirtualClock;
  /** What a task does; `attempt` counts the calls of this execution from 0. By default, it returns `null`. */
  task?: (call: TaskCall, clock: VirtualClock, attempt: number) => Json | Promise<Json>;
  onEvent?: (event: ExecutionEvent) => void;
}

export interface Call extends TaskCall {
  /** Seconds between the execution's start and the call. */
  second: number;
}

export interface Run {
  result: ExecutionResult;
  events: ExecutionEvent[];
  calls: Call[];
  clock: VirtualClock;
  /** How long the execution took on its clock. */
  seconds: number;
}

export async function run(definition: object, setup: Setup = {}): Promise<Run> {
  const { task = () => null, clock = new VirtualClock(START), onEvent, ...options } = setup;
  const stateMachine = loadStateMachine(definition, (resource) => resource === FUNCTION);
  const start = clock.now();
  const events: ExecutionEvent[] = [];
  const calls: Call[] = [];
  const result = await execute(stateMachine, {
    input: {},
    name: 'monday-export',
    ...options,
    clock,
    runTask: async (call) => {
      calls.push({ ...call, second: (clock.now() - start) / 1000 });
      return task(call, clock, calls.length - 1);
    },
    onEvent: (event) => {
      events.push(event);
      onEvent?.(event);
    },
  });
  return { result, events, calls, clock, seconds: (clock.now() - start) / 1000 };
}

/** The output of an execution that is expected to succeed. */
export async function outputOf(definition: object, setup?: Setup): Promise<Json> {
  const { result } = await run(definition, setup);
  if (result.status !== 'SUCCEEDED') throw new Error(`${result.status}: ${result.error} ${result.cause}`);
  return result.output;
}

/** A state machine of one state, whose output this is. */
export const pass = (Output: Json): object => machine({ Evaluate: { Type: 'Pass', Output, End: true } });

/** What an expression gives. */
export const evaluate = (expression: string, input: Json = {}): Promise<Json> =>
  outputOf(pass(`{% ${expression} %}`), { input });

/** The cause with which the evaluation of an expression fails. */
export async function evaluationCauseOf(expression: string, input: Json = {}): Promise<string | undefined> {
  const { result } = await run(pass(`{% ${expression} %}`), { input });
  if (result.status !== 'FAILED' || result.error !== 'States.QueryEvaluationError') {
    throw new Error(JSON.stringify(result));
  }
  return result.cause;
}

/** The error of an execution that is expected to fail. */
export async function errorOf(definition: object, setup?: Setup): Promise<string | undefined> {
  const { result } = await run(definition, setup);
  if (result.status !== 'FAILED') throw new Error(`${result.status}: ${JSON.stringify(result)}`);
  return result.error;
}

/** What loading a definition is refused with. */
export function refusalOf(
  definition: unknown,
  supportedResource: ResourceSupport = (name) => name === FUNCTION,
): string {
  try {
    loadStateMachine(definition, supportedResource);
  } catch (error) {
    if (error instanceof UnsupportedDefinitionError) return error.message;
    throw error;
  }
  throw new Error('The definition was accepted.');
}

/** A task that reports an error. */
export function fail(error: string, cause?: string): never {
  throw new TaskFailure(error, cause);
}
