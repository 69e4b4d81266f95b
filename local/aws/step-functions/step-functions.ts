import { randomUUID } from 'node:crypto';
import type { RuleResource, StateMachineResource } from '../../assembly/assembly.ts';
import type { Clock } from '../../clock.ts';
import {
  type ExecutionResult,
  type Json,
  loadStateMachine,
  type StateMachine,
  type TaskCall,
  UnsupportedDefinitionError,
} from '../../states-language/index.ts';
import { loadRules, triggeredBy } from '../eventbridge/event-rules.ts';
import {
  type Event,
  type Execution,
  type RedriveOptions,
  type StartOptions,
  statusChange,
} from './execution.ts';

export type { Execution } from './execution.ts';
import { createExecutions, type ExecutionsOptions, type StateMachines } from './executions.ts';
import type { ExternalServices, Message, Notification, Services } from './integrations/integration.ts';
import { integrationOf, supportWith } from './integrations/integrations.ts';

/** Step Functions, with the state machines of an assembly and the rules of EventBridge that follow their ends. */
export interface StepFunctions {
  /** All events that EventBridge was told of, oldest first. */
  events: readonly Event[];
  /** All messages that were put into queues of SQS, oldest first. */
  messages: readonly Message[];
  /** All that topics of SNS were told, oldest first. */
  notifications: readonly Notification[];
  /** All executions since the start, oldest first. */
  executions: () => Execution[];
  /** Runs an execution to its end. */
  run: (stateMachineArn: string, options: StartOptions) => Promise<ExecutionResult>;
  /** Stops an execution, as StopExecution does, and those that it started and waits for. */
  stop: (executionArn: string) => void;
  /** Has an execution go on that ended without success, as RedriveExecution does; stopped with its parent no more. */
  redrive: (executionArn: string, options?: RedriveOptions) => Promise<ExecutionResult>;
  /** Resolves when every execution has ended, those too that were set off by the ends of others. */
  settled: () => Promise<void>;
  /** Stops what was set off by the ends of executions. */
  close: () => Promise<void>;
}

export interface StepFunctionsOptions {
  stateMachines: StateMachines;
  rules: readonly RuleResource[];
  clock: Clock;
  /** The services that tasks call besides Step Functions and EventBridge themselves. */
  services: ExternalServices;
  /** Runs every task. @default as it is */
  around?: AroundTask | undefined;
  /** Told of every step of every execution. */
  onEvent?: ExecutionsOptions['onEvent'];
  /** Told of every attempt at a state. */
  onAttempt?: ExecutionsOptions['onAttempt'];
  /** Told of every end of an execution. */
  onEnd?: ((execution: Execution) => void) | undefined;
  /** Of executions that aren't given any: numbers in [0, 1). @default Math.random */
  random?: (() => number) | undefined;
}

export type AroundTask = (task: () => Promise<Json>, call: TaskCall, executionName: string) => Promise<Json>;

/**
 * Makes state machines ready to be executed, each when it is first needed: one that nobody executes may hold what the
 * interpreter doesn't know.
 * @param functionArns the functions that Task states may name
 */
export function loadStateMachines(
  resources: readonly StateMachineResource[],
  functionArns: readonly string[],
): StateMachines {
  const loaded = new Map<string, StateMachine>();
  const supportedResource = supportWith((resource) => functionArns.includes(resource));
  return {
    get: (arn) => {
      const resource = resources.find((each) => each.arn === arn);
      if (resource === undefined) return undefined;
      if (resource.unknownPart !== undefined) throw new UnsupportedDefinitionError([resource.unknownPart]);
      const machine = loaded.get(arn) ?? loadStateMachine(resource.definition, supportedResource);
      loaded.set(arn, machine);
      return machine;
    },
  };
}

export function createStepFunctions(options: StepFunctionsOptions): StepFunctions {
  const { stateMachines, clock, random = Math.random, around = (task) => task(), onEnd = () => {} } = options;
  const rules = loadRules(options.rules);
  const events: Event[] = [];
  const messages: Message[] = [];
  const notifications: Notification[] = [];
  const detached = new Set<Promise<ExecutionResult>>();
  const closing = new AbortController();
  const executions = createExecutions({
    stateMachines,
    clock,
    runTask: (call, parent) => around(async () => callResource(services, call, parent), call, parent.name),
    onEvent: options.onEvent,
    onAttempt: options.onAttempt,
    onEnd: (execution) => {
      publish(statusChange(execution));
      onEnd(execution);
    },
  });
  const services: Services = {
    ...options.services,
    ...executions,
    startDetached,
    publish,
    enqueue: (message) => messages.push(message),
    tell: (notification) => notifications.push(notification),
  };

  function startDetached(stateMachineArn: string, given: StartOptions): Execution {
    const execution = executions.start(stateMachineArn, { random, ...given, signal: closing.signal });
    detached.add(execution.ended);
    void execution.ended.finally(() => detached.delete(execution.ended));
    return execution;
  }

  /** Has whatever follows an event started. */
  function publish(event: Event): void {
    events.push(event);
    for (const { targetArn, input } of triggeredBy(rules, event)) {
      startDetached(targetArn, { name: randomUUID(), input });
    }
  }

  return {
    events,
    messages,
    notifications,
    executions: executions.all,
    run: (stateMachineArn, given) => executions.start(stateMachineArn, { random, ...given }).ended,
    stop: (executionArn) => executions.find(executionArn)?.stop.abort(),
    redrive: (executionArn, given) => executions.redrive(executionArn, given).ended,
    settled: async () => {
      for (;;) {
        const running = executions.all().filter(({ result }) => result === undefined);
        if (running.length === 0) return;
        await Promise.all(running.map(({ ended }) => ended));
      }
    },
    close: async () => {
      closing.abort();
      await Promise.all(detached);
    },
  };
}

/** A function is called by its ARN; anything else is in the table. */
const callResource = (services: Services, call: TaskCall, parent: StartOptions) =>
  integrationOf(call.resource)?.call(services, call, parent) ??
  services.invokeFunction(call.resource, call.arguments, parent.name);
