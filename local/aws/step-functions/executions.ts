import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../../clock.ts';
import {
  execute,
  type ExecutionEvent,
  type Json,
  type StateAttempt,
  type StateMachine,
  type TaskCall,
  TaskFailure,
} from '../../states-language/index.ts';
import type { Execution, StartOptions } from './execution.ts';

/** State machines by ARN. */
export type StateMachines = Pick<ReadonlyMap<string, StateMachine>, 'get'>;

/** All executions, those that have ended too. */
export interface Executions {
  /** Starts an execution. Throws a TaskFailure as Step Functions would refuse to. */
  start: (stateMachineArn: string, options: StartOptions) => Execution;
  find: (executionArn: string) => Execution | undefined;
  all: () => Execution[];
}

export interface ExecutionsOptions {
  stateMachines: StateMachines;
  clock: Clock;
  /** @param parent how the execution was started whose task it is */
  runTask: (call: TaskCall, parent: StartOptions) => Promise<Json>;
  /** Told of every step of every execution. */
  onEvent?: ((event: ExecutionEvent, execution: Pick<Execution, 'arn' | 'name'>) => void) | undefined;
  /** Told of every attempt at a state. */
  onAttempt?: ((attempt: StateAttempt, execution: Pick<Execution, 'arn' | 'name'>) => void) | undefined;
  /** Told of every end. */
  onEnd: (execution: Execution) => void;
}

export function createExecutions(options: ExecutionsOptions): Executions {
  const { stateMachines, clock, runTask, onEvent, onAttempt, onEnd } = options;
  const executions = new Map<string, Execution>();

  function start(stateMachineArn: string, given: StartOptions): Execution {
    const machine = stateMachines.get(stateMachineArn);
    if (machine === undefined) {
      throw new TaskFailure('StepFunctions.StateMachineDoesNotExistException', stateMachineArn);
    }
    const { name, input, signal, onEvent: onOwnEvent, ...others } = given;
    const arn = `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
    const sameName = executions.get(arn);
    if (sameName !== undefined) return again(sameName, input);

    const stop = new AbortController();
    const startedAt = clock.now();
    const ended = execute(machine, {
      ...others,
      name,
      input,
      signal: AbortSignal.any([stop.signal, ...(signal === undefined ? [] : [signal])]),
      stateMachineArn,
      clock,
      runTask: (call) => runTask(call, given),
      onEvent: (event) => {
        onOwnEvent?.(event, name);
        onEvent?.(event, { arn, name });
      },
      ...(onAttempt && { onAttempt: (attempt) => onAttempt(attempt, { arn, name }) }),
    }).then((result) => {
      Object.assign(execution, { result, stoppedAt: clock.now() });
      onEnd(execution);
      return result;
    });
    const execution: Execution = { arn, stateMachineArn, name, input, startedAt, ended, stop };
    executions.set(arn, execution);
    return execution;
  }

  return { start, find: (executionArn) => executions.get(executionArn), all: () => [...executions.values()] };
}

/** Starting an execution again, with the same input, is no mistake while it runs. */
function again(execution: Execution, input: Json): Execution {
  if (execution.result === undefined && isDeepStrictEqual(execution.input, input)) return execution;
  throw new TaskFailure(
    'StepFunctions.ExecutionAlreadyExistsException',
    `Execution Already Exists: '${execution.arn}'`,
  );
}
