import { randomUUID } from 'node:crypto';
import type { RuleResource, StateMachineResource } from '../../assembly/read-assembly.ts';
import type { Clock } from '../../clock.ts';
import {
  type ExecutionResult,
  type Json,
  loadStateMachine,
  type StateMachine,
  type TaskCall,
} from '../../states-language/index.ts';
import { triggeredBy } from '../eventbridge/event-rules.ts';
import { type Event, type Execution, type StartOptions, statusChange } from './execution.ts';

export type { Execution } from './execution.ts';
import { createExecutions, type ExecutionsOptions } from './executions.ts';
import { integrations, type Services } from './integrations/integrations.ts';

/** Step Functions, with the state machines of an assembly and the rules of EventBridge that follow their ends. */
export interface StepFunctions {
  /** All events that EventBridge was told of, oldest first. */
  events: readonly Event[];
  /** All executions since the start, oldest first. */
  executions: () => Execution[];
  /** Runs an execution to its end. */
  run: (stateMachineArn: string, options: StartOptions) => Promise<ExecutionResult>;
  /** Stops an execution, as StopExecution does, and those that it started and waits for. */
  stop: (executionArn: string) => void;
  /** Resolves when every execution has ended, those too that were set off by the ends of others. */
  settled: () => Promise<void>;
  /** Stops what was set off by the ends of executions. */
  close: () => Promise<void>;
}

export interface StepFunctionsOptions {
  /** By ARN. */
  stateMachines: ReadonlyMap<string, StateMachine>;
  rules: RuleResource[];
  clock: Clock;
  /** Runs a task that concerns other services. */
  runTask: (call: TaskCall, executionName: string) => Promise<Json>;
  /** Runs every task, those of Step Functions and EventBridge too. @default as it is */
  around?: (task: () => Promise<Json>, call: TaskCall, executionName: string) => Promise<Json>;
  /** Told of every step of every execution. */
  onEvent?: ExecutionsOptions['onEvent'];
  /** Of executions that aren't given any: numbers in [0, 1). @default Math.random */
  random?: () => number;
}

/**
 * Makes state machines ready to be executed.
 * @param supportedResource the resources that `runTask` knows
 */
export const loadStateMachines = (
  resources: readonly StateMachineResource[],
  supportedResource: (resource: string) => boolean,
): ReadonlyMap<string, StateMachine> =>
  new Map(
    resources.map(({ arn, definition }) => [
      arn,
      loadStateMachine(
        definition,
        (resource) => Object.hasOwn(integrations, resource) || supportedResource(resource),
      ),
    ]),
  );

export function createStepFunctions(options: StepFunctionsOptions): StepFunctions {
  const { stateMachines, rules, clock, random = Math.random, around = (task) => task() } = options;
  const events: Event[] = [];
  const detached = new Set<Promise<ExecutionResult>>();
  const closing = new AbortController();
  const executions = createExecutions({
    stateMachines,
    clock,
    runTask: (call, parent) =>
      around(
        async () =>
          integrations[call.resource]?.(services, call, parent) ?? options.runTask(call, parent.name),
        call,
        parent.name,
      ),
    onEvent: options.onEvent,
    onEnd: (execution) => publish(statusChange(execution)),
  });
  const services: Services = { ...executions, startDetached, publish };

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
    executions: executions.all,
    run: (stateMachineArn, given) => executions.start(stateMachineArn, { random, ...given }).ended,
    stop: (executionArn) => executions.find(executionArn)?.stop.abort(),
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
