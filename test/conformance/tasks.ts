import { supportWith } from '../../local/aws/step-functions/integrations/integrations.ts';
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

/** Functions, and the integrations that the engine knows: a vector says what they do. */
export const supportedResource = supportWith(isFunction);

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
    return behave(behaviourOf(key), { event, clock, signal, causeOf: JSON.stringify });
  };

  return async ({ resource, arguments: given, signal }: TaskCall) => {
    if (resource === LAMBDA_INVOKE) return invokeLambda(given, invokeFunction, signal);
    if (isFunction(resource)) return invokeFunction(resource, given, signal);
    return behave(behaviourOf(resource), { event: given, clock, signal, causeOf: messageOf });
  };
}

const messageOf = ({ errorMessage }: { errorMessage: string }) => errorMessage;

interface Circumstances {
  event: Json;
  clock: Clock;
  signal: AbortSignal;
  /** The cause of an error: of a function, the whole payload as JSON text. */
  causeOf: (error: { errorMessage: string }) => string;
}

async function behave(
  behaviour: SingleBehaviour,
  { event, clock, signal, causeOf }: Circumstances,
): Promise<Json> {
  if ('returns' in behaviour) return behaviour.returns;
  if ('echo' in behaviour) return event;
  if ('throws' in behaviour) throw new TaskFailure(behaviour.throws.errorType, causeOf(behaviour.throws));
  await clock.sleep(behaviour.sleepSeconds * 1000, signal);
  return null;
}

function isFunction(resource: string): boolean {
  return /^arn:aws[^:]*:lambda:[^:]*:[^:]*:function:/.test(resource);
}
