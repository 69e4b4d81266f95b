import {
  type Clock,
  invokeLambda,
  type Json,
  LAMBDA_INVOKE,
  type TaskCall,
  TaskFailure,
  type TaskRunner,
} from '../../local/states-language/index.ts';
import type { TaskBehaviour } from './vector.ts';

type SingleBehaviour = Exclude<TaskBehaviour, { sequence: TaskBehaviour[] }>;

/** Lambda functions, called directly or through lambda:invoke, are the resources that the runner stands in for. */
export function isSupportedResource(resource: string): boolean {
  return isFunction(resource) || resource === LAMBDA_INVOKE;
}

/** Runs tasks as a vector says they behave. */
export function createTaskRunner(tasks: Record<string, TaskBehaviour>, clock: Clock): TaskRunner {
  const calls = new Map<string, number>();

  function behaviourOf(key: string): SingleBehaviour {
    const behaviour = tasks[key];
    if (behaviour === undefined) throw new Error(`The vector does not say what ${key} does`);
    const call = calls.get(key) ?? 0;
    calls.set(key, call + 1);
    if (!('sequence' in behaviour)) return behaviour;
    return behaviour.sequence[Math.min(call, behaviour.sequence.length - 1)] as SingleBehaviour;
  }

  const invokeFunction = (nameOrArn: string, event: Json, signal: AbortSignal) => {
    const isNamed = (key: string) => key === nameOrArn || key.endsWith(`:function:${nameOrArn}`);
    const key = Object.keys(tasks).find(isNamed) ?? nameOrArn;
    return behave(behaviourOf(key), event, clock, signal);
  };

  return async (call: TaskCall) => {
    if (call.resource === LAMBDA_INVOKE) return invokeLambda(call.arguments, invokeFunction, call.signal);
    return invokeFunction(call.resource, call.arguments, call.signal);
  };
}

async function behave(
  behaviour: SingleBehaviour,
  event: Json,
  clock: Clock,
  signal: AbortSignal,
): Promise<Json> {
  if ('returns' in behaviour) return behaviour.returns;
  if ('echo' in behaviour) return event;
  if ('throws' in behaviour)
    throw new TaskFailure(behaviour.throws.errorType, JSON.stringify(behaviour.throws));
  await clock.sleep(behaviour.sleepSeconds * 1000, signal);
  return null;
}

function isFunction(resource: string): boolean {
  return /^arn:aws[^:]*:lambda:[^:]*:[^:]*:function:/.test(resource);
}
