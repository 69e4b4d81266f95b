import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../../clock.ts';
import {
  createExecution,
  type ExecutionEvent,
  type Json,
  mostEventsForRedrive,
  type StateAttempt,
  type StateMachine,
  type TaskCall,
  TaskFailure,
} from '../../states-language/index.ts';
import type { Execution, RedriveOptions, StartOptions } from './execution.ts';

/** State machines by ARN. */
export type StateMachines = Pick<ReadonlyMap<string, StateMachine>, 'get'>;

/** All executions, those that have ended too. */
export interface Executions {
  /** Starts an execution. Throws a TaskFailure as Step Functions would refuse to. */
  start: (stateMachineArn: string, options: StartOptions) => Execution;
  /** Has an execution go on that ended without success. Throws a TaskFailure as Step Functions would refuse to. */
  redrive: (executionArn: string, options?: RedriveOptions) => Execution;
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

    const run = createExecution(machine, {
      ...others,
      name,
      input,
      stateMachineArn,
      clock,
      runTask: (call) => runTask(call, given),
      onEvent: (event) => {
        onOwnEvent?.(event, name);
        onEvent?.(event, { arn, name });
      },
      ...(onAttempt && { onAttempt: (attempt) => onAttempt(attempt, { arn, name }) }),
    }).run;
    const execution = { arn, stateMachineArn, name, input, startedAt: clock.now(), redriveCount: 0, run };
    executions.set(arn, letRun(execution, signal));
    return executions.get(arn)!;
  }

  function redrive(arn: string, { signal, entersAnew = false }: RedriveOptions = {}): Execution {
    const execution = executions.get(arn);
    if (execution === undefined) {
      throw new TaskFailure('Sfn.ExecutionDoesNotExistException', `Execution Does Not Exist: '${arn}'`);
    }
    const hindrance = whyNotRedrivable(execution, clock.now());
    if (hindrance !== undefined) {
      throw new TaskFailure('Sfn.ExecutionNotRedrivableException', `Execution ${hindrance}`);
    }
    delete execution.result;
    delete execution.stoppedAt;
    execution.redriveCount++;
    return letRun(execution, signal, entersAnew);
  }

  /** Runs it until it ends, and has that noted. */
  function letRun(
    begun: Omit<Execution, 'stop' | 'ended'>,
    signal?: AbortSignal,
    entersAnew = false,
  ): Execution {
    const stop = new AbortController();
    const signals = [stop.signal, ...(signal === undefined ? [] : [signal])];
    const ended = begun.run({ signal: AbortSignal.any(signals), entersAnew }).then((result) => {
      Object.assign(execution, { result, stoppedAt: clock.now() });
      onEnd(execution);
      return result;
    });
    const execution: Execution = Object.assign(begun, { stop, ended });
    return execution;
  }

  return {
    start,
    redrive,
    find: (executionArn) => executions.get(executionArn),
    all: () => [...executions.values()],
  };
}

const redrivablePeriod = 14 * 24 * 3_600_000;

/** @returns undefined if it is redrivable */
function whyNotRedrivable({ result, stoppedAt = 0 }: Execution, now: number): string | undefined {
  if (result === undefined) return 'is RUNNING and cannot be redriven';
  if (result.status === 'SUCCEEDED') return 'is SUCCEEDED and cannot be redriven';
  if (now - stoppedAt > redrivablePeriod) return 'cannot be redriven: it ended more than 14 days ago';
  if (result.historyEvents >= mostEventsForRedrive) return 'history event limit exceeded';
  return undefined;
}

/** Starting an execution again, with the same input, is no mistake while it runs. */
function again(execution: Execution, input: Json): Execution {
  if (execution.result === undefined && isDeepStrictEqual(execution.input, input)) return execution;
  throw new TaskFailure(
    'StepFunctions.ExecutionAlreadyExistsException',
    `Execution Already Exists: '${execution.arn}'`,
  );
}
