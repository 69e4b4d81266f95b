import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../clock.ts';
import {
  execute,
  type Json,
  type StateMachine,
  type TaskCall,
  TaskFailure,
} from '../states-language/index.ts';
import type { Execution, StartOptions } from './execution.ts';

/** All executions, those that have ended too. */
export interface Executions {
  /** Starts an execution. Throws a TaskFailure as Step Functions would refuse to. */
  start: (stateMachineArn: string, options: StartOptions) => Execution;
  find: (executionArn: string) => Execution | undefined;
}

export interface ExecutionsOptions {
  /** By ARN. */
  stateMachines: ReadonlyMap<string, StateMachine>;
  clock: Clock;
  /** @param parent how the execution was started whose task it is */
  runTask: (call: TaskCall, parent: StartOptions) => Promise<Json>;
  /** Told of every end. */
  onEnd: (execution: Execution) => void;
}

export function createExecutions({ stateMachines, clock, runTask, onEnd }: ExecutionsOptions): Executions {
  const executions = new Map<string, Execution>();

  function start(stateMachineArn: string, options: StartOptions): Execution {
    const machine = stateMachines.get(stateMachineArn);
    if (machine === undefined) {
      throw new TaskFailure('StepFunctions.StateMachineDoesNotExistException', stateMachineArn);
    }
    const { name, input, signal, onEvent, ...others } = options;
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
      runTask: (call) => runTask(call, options),
      ...(onEvent === undefined ? {} : { onEvent: (event) => onEvent(event, name) }),
    }).then((result) => {
      Object.assign(execution, { result, stoppedAt: clock.now() });
      onEnd(execution);
      return result;
    });
    const execution: Execution = { arn, stateMachineArn, name, input, startedAt, ended, stop };
    executions.set(arn, execution);
    return execution;
  }

  return { start, find: (executionArn) => executions.get(executionArn) };
}

/** Starting an execution again, with the same input, is no mistake while it runs. */
function again(execution: Execution, input: Json): Execution {
  if (execution.result === undefined && isDeepStrictEqual(execution.input, input)) return execution;
  throw new TaskFailure(
    'StepFunctions.ExecutionAlreadyExistsException',
    `Execution Already Exists: '${execution.arn}'`,
  );
}
