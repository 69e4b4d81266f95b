import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { RuleResource, StateMachineResource } from './assembly.ts';
import type { Clock } from './clock.ts';
import { triggeredBy } from './event-rules.ts';
import {
  execute,
  type ExecutionEvent,
  type ExecutionResult,
  type Json,
  loadStateMachine,
  type TaskCall,
  TaskFailure,
} from './states-language/index.ts';

/** Starts an execution of another state machine and waits for its end. */
const startExecution = 'arn:aws:states:::states:startExecution.sync:2';
/** Starts an execution and doesn't wait. Its input is JSON text. */
const startOnly = 'arn:aws:states:::aws-sdk:sfn:startExecution';
const describeExecution = 'arn:aws:states:::aws-sdk:sfn:describeExecution';
/** Puts events on EventBridge's default bus. */
const putEvents = 'arn:aws:states:::events:putEvents';
const known = new Set([startExecution, startOnly, describeExecution, putEvents]);

interface StartExecutionArguments {
  StateMachineArn: string;
  Name?: string;
  Input: Json;
}

interface PutEventsArguments {
  Entries: { Source: string; DetailType: string; Detail: Json }[];
}

/** An event of EventBridge, as far as rules look at it. */
export interface Event {
  [field: string]: Json;
  source: string;
  'detail-type': string;
  detail: Json;
}

export interface StartOptions {
  /** Unique among the executions of the state machine. */
  name: string;
  input: Json;
  /** Stops the execution, and those that it started and waits for. */
  signal?: AbortSignal;
  /** Random numbers in [0, 1). @default Math.random */
  random?: () => number;
  /** Told of every step of the execution, and of those that it starts. */
  onEvent?: (event: ExecutionEvent, executionName: string) => void;
}

/** Step Functions, with the state machines of an assembly and the rules of EventBridge that follow their ends. */
export interface StepFunctions {
  /** All events that EventBridge was told of, oldest first. */
  events: readonly Event[];
  /** Runs an execution to its end. */
  run: (stateMachineArn: string, options: StartOptions) => Promise<ExecutionResult>;
  /** Stops an execution, as StopExecution does, and those that it started and waits for. */
  stop: (executionArn: string) => void;
  /** Resolves when whatever was set off by the ends of executions has ended, too. */
  settled: () => Promise<void>;
  /** Stops what was set off by the ends of executions. */
  close: () => Promise<void>;
}

export interface StepFunctionsOptions {
  stateMachines: StateMachineResource[];
  rules: RuleResource[];
  clock: Clock;
  /** The resources that `runTask` knows. */
  supportedResource: (resource: string) => boolean;
  runTask: (call: TaskCall) => Promise<Json>;
}

interface Execution extends Pick<StartOptions, 'name' | 'input'> {
  arn: string;
  stateMachineArn: string;
  startedAt: number;
  ended: Promise<ExecutionResult>;
  stop: AbortController;
  result?: ExecutionResult;
  stoppedAt?: number;
}

export function createStepFunctions(options: StepFunctionsOptions): StepFunctions {
  const { clock, rules } = options;
  const supported = (resource: string) => known.has(resource) || options.supportedResource(resource);
  const machines = new Map(
    options.stateMachines.map(({ arn, definition }) => [arn, loadStateMachine(definition, supported)]),
  );
  const executions = new Map<string, Execution>();
  const events: Event[] = [];
  const setOff = new Set<Promise<ExecutionResult>>();
  const closing = new AbortController();

  function start(stateMachineArn: string, given: StartOptions): Execution {
    const machine = machines.get(stateMachineArn);
    if (machine === undefined) {
      throw new TaskFailure('StepFunctions.StateMachineDoesNotExistException', stateMachineArn);
    }
    const { name, input } = given;
    const arn = `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
    const known = executions.get(arn);
    if (known !== undefined) {
      // Starting it again with the same input is no mistake while it runs.
      if (known.result === undefined && isDeepStrictEqual(known.input, input)) return known;
      throw new TaskFailure(
        'StepFunctions.ExecutionAlreadyExistsException',
        `Execution Already Exists: '${arn}'`,
      );
    }
    const { onEvent, ...passedOn } = given;
    const stop = new AbortController();
    const ended = execute(machine, {
      ...passedOn,
      signal: AbortSignal.any([stop.signal, ...(given.signal === undefined ? [] : [given.signal])]),
      stateMachineArn,
      clock,
      runTask: (call) => runTask(call, given),
      ...(onEvent === undefined ? {} : { onEvent: (event) => onEvent(event, name) }),
    });
    const execution: Execution = { arn, stateMachineArn, name, input, startedAt: clock.now(), ended, stop };
    execution.ended = ended.then((result) => {
      Object.assign(execution, { result, stoppedAt: clock.now() });
      setOffBy(statusChange(execution));
      return result;
    });
    executions.set(arn, execution);
    return execution;
  }

  async function runTask(call: TaskCall, parent: StartOptions): Promise<Json> {
    if (call.resource === describeExecution) {
      const { ExecutionArn: arn } = call.arguments as { ExecutionArn: string };
      const execution = executions.get(arn);
      if (execution !== undefined) return describe(execution);
      throw new TaskFailure('Sfn.ExecutionDoesNotExistException', `Execution Does Not Exist: '${arn}'`);
    }
    if (call.resource === putEvents) return publish(call.arguments as unknown as PutEventsArguments);
    if (call.resource === startOnly) return startInBackground(call);
    if (call.resource !== startExecution) return options.runTask(call);
    const { name: _name, ...passedOn } = parent;
    const {
      StateMachineArn,
      Name = randomUUID(),
      Input,
    } = call.arguments as unknown as StartExecutionArguments;
    const execution = start(StateMachineArn, { ...passedOn, name: Name, input: Input, signal: call.signal });
    const result = await execution.ended;
    if (result.status === 'SUCCEEDED') return { ...describe(execution), Output: result.output };
    throw new TaskFailure('States.TaskFailed', JSON.stringify(describe(execution)));
  }

  function startInBackground(call: TaskCall): Json {
    const {
      StateMachineArn,
      Name = randomUUID(),
      Input,
    } = call.arguments as unknown as StartExecutionArguments;
    const input = JSON.parse(Input as string) as Json;
    const execution = named('Sfn', () => startDetached(StateMachineArn, { name: Name, input }));
    return { ExecutionArn: execution.arn, StartDate: new Date(execution.startedAt).toISOString() };
  }

  /** Starts an execution that nobody waits for but `settled`. */
  function startDetached(stateMachineArn: string, given: StartOptions): Execution {
    const execution = start(stateMachineArn, { ...given, signal: closing.signal });
    setOff.add(execution.ended);
    void execution.ended.finally(() => setOff.delete(execution.ended));
    return execution;
  }

  function publish({ Entries }: PutEventsArguments): Json {
    for (const { Source, DetailType, Detail } of Entries) {
      setOffBy({ source: Source, 'detail-type': DetailType, detail: Detail });
    }
    return { Entries: Entries.map(() => ({ EventId: randomUUID() })), FailedEntryCount: 0 };
  }

  /** Has EventBridge start whatever follows an event. */
  function setOffBy(event: Event): void {
    events.push(event);
    for (const { targetArn, input } of triggeredBy(rules, event)) {
      startDetached(targetArn, { name: randomUUID(), input });
    }
  }

  return {
    events,
    run: (stateMachineArn, given) => start(stateMachineArn, given).ended,
    stop: (executionArn) => executions.get(executionArn)?.stop.abort(),
    settled: async () => {
      while (setOff.size > 0) await Promise.all(setOff);
    },
    close: async () => {
      closing.abort();
      await Promise.all(setOff);
    },
  };
}

/** The SDK's integration calls the service by another name than the optimised one. */
function named<T>(service: string, call: () => T): T {
  try {
    return call();
  } catch (error) {
    if (!(error instanceof TaskFailure)) throw error;
    throw new TaskFailure(error.error.replace(/^StepFunctions/, service), String(error.cause));
  }
}

/** An execution as DescribeExecution answers it. */
function describe({
  arn,
  stateMachineArn,
  name,
  input,
  startedAt,
  result,
  stoppedAt,
}: Execution): Record<string, Json> {
  return {
    ExecutionArn: arn,
    Input: JSON.stringify(input),
    Name: name,
    StartDate: new Date(startedAt).toISOString(),
    StateMachineArn: stateMachineArn,
    Status: result?.status ?? 'RUNNING',
    ...(stoppedAt !== undefined && { StopDate: new Date(stoppedAt).toISOString() }),
    ...(result?.status === 'SUCCEEDED' && { Output: JSON.stringify(result.output) }),
    ...(result !== undefined && 'error' in result && { Error: result.error ?? null }),
    ...(result !== undefined && 'cause' in result && { Cause: result.cause ?? null }),
  };
}

/** The event of an execution's end. */
const statusChange = ({ arn, stateMachineArn, name, startedAt, result, stoppedAt }: Execution): Event => ({
  source: 'aws.states',
  'detail-type': 'Step Functions Execution Status Change',
  detail: {
    executionArn: arn,
    stateMachineArn,
    name,
    status: result?.status ?? 'RUNNING',
    startDate: startedAt,
    stopDate: stoppedAt ?? null,
  },
});
