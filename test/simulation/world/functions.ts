import type { LambdaFunction } from '../../../local/assembly/assembly.ts';
import { type Json, TaskFailure } from '../../../local/states-language/index.ts';
import type { Network } from './aws/sdk.ts';
import type { FaultKind } from './faults.ts';
import type { Handler } from './handlers.ts';
import { type Invocation, runInvocation, untilKilled } from './invocation.ts';
import type { Refusals } from './refusals.ts';

export interface Functions {
  invoke: (functionArn: string, event: Json, execution: string) => Promise<Json>;
}

type Fault =
  | { refusal: string }
  /** The sandbox dies so many milliseconds after the start. */
  | { crashAfter: number }
  /** The function has done its work, but nobody learns of it. */
  | { lost: true }
  /** The sandbox stops doing anything after so many milliseconds, until its time is up. */
  | { hangsAfter: number }
  /** Neither an answer nor an error ever arrives: the function has done its work, or was never run. */
  | { silent: true; carriedOut: boolean }
  /** There is a sandbox for it after so many milliseconds only: the state's time goes on, the function's doesn't. */
  | { startsAfter: number }
  /** The event is delivered a second time. */
  | { twice: true };

/**
 * Lambda: runs handlers in this process. As there, an event may be delivered twice, sandboxes are reused, crash and
 * time out, and whatever a dead one was about to do is not done.
 * @param newSandbox the handlers of a new sandbox of a function, by the ids of functions
 * @param refusalOf what has calls refused before any fault strikes
 */
export function createFunctions(
  functions: readonly LambdaFunction[],
  newSandbox: (lambda: LambdaFunction) => Record<string, Handler>,
  { faults, chance, clock }: Network,
  refusalOf: Refusals,
): Functions {
  const byArn = new Map(functions.map((lambda) => [lambda.arn, lambda]));
  const idle = new Map<string, Handler[]>();
  let running = 0;

  const patience = { survivable: 3, group: 'function' };
  const kinds: FaultKind<Fault>[] = [
    { ...patience, kind: 'throttled', fault: () => ({ refusal: 'Lambda.TooManyRequestsException' }) },
    { ...patience, kind: 'service error', fault: () => ({ refusal: 'Lambda.ServiceException' }) },
    { ...patience, kind: 'crash', fault: () => ({ crashAfter: chance.whole(0, 800) }) },
    { ...patience, kind: 'answer lost', fault: () => ({ lost: true }) },
    { ...patience, kind: 'time-out', fault: () => ({ hangsAfter: chance.whole(0, 800) }) },
    { ...patience, kind: 'no answer', fault: () => ({ silent: true, carriedOut: true }) },
    { ...patience, kind: 'never starts', fault: () => ({ silent: true, carriedOut: false }) },
    { ...patience, kind: 'slow start', fault: () => ({ startsAfter: chance.whole(9000, 40_000) }) },
    { kind: 'cold start', survivable: 1000, fault: () => ({ startsAfter: chance.whole(300, 9000) }) },
  ];
  const twice: FaultKind<Fault> = {
    kind: 'delivered twice',
    survivable: 1000,
    fault: () => ({ twice: true }),
  };
  /** A report created twice supersedes itself. */
  const createdTwice: FaultKind<Fault> = { ...twice, group: 'vanished', survivable: 2, perExecution: true };

  async function invoke(functionArn: string, event: Json, execution: string): Promise<Json> {
    const lambda = byArn.get(functionArn)!;
    const name = functionId(lambda);
    const more = name === 'CreateReport' ? createdTwice : twice;
    await clock.sleep(chance.whole(1, 50));
    const refusal = refusalOf(name, running);
    if (refusal !== undefined) {
      faults.note('Lambda', name, refusal.kind, execution);
      throw new TaskFailure(refusal.error, 'simulated');
    }
    const fault = faults.strike('Lambda', name, [...kinds, more], execution);
    if (fault === undefined) return run(lambda, event, execution);
    if ('refusal' in fault) throw new TaskFailure(fault.refusal, 'simulated');
    if ('twice' in fault) {
      const runs = [run(lambda, event, execution), run(lambda, event, execution)];
      runs.forEach((each) => each.catch(() => {}));
      return chance.pick(runs);
    }
    if ('startsAfter' in fault) {
      await clock.sleep(fault.startsAfter);
      return run(lambda, event, execution);
    }
    if ('crashAfter' in fault) return run(lambda, event, execution, { crashAfter: fault.crashAfter });
    if ('hangsAfter' in fault) return run(lambda, event, execution, { hangsAfter: fault.hangsAfter });
    if (!('silent' in fault) || fault.carriedOut) await run(lambda, event, execution).catch(() => {});
    if ('silent' in fault) return new Promise<never>(() => {});
    throw new TaskFailure('Lambda.SdkClientException', 'Unable to execute HTTP request: Read timed out');
  }

  /** Runs the code once, in a sandbox that lives on unless it dies. */
  async function run(
    lambda: LambdaFunction,
    event: Json,
    execution: string,
    dies: { crashAfter?: number; hangsAfter?: number } = {},
  ): Promise<Json> {
    const name = functionId(lambda);
    const sandboxes = idle.get(lambda.arn) ?? [];
    idle.set(lambda.arn, sandboxes);
    const handler = (chance.happens(0.8) ? sandboxes.pop() : undefined) ?? newSandbox(lambda)[name]!;
    const invocation: Invocation = { functionName: name, execution, killed: false };
    const ended = new AbortController();
    const { crashAfter, hangsAfter } = dies;
    const dieAfter = async (milliseconds: number, failure: Error) => {
      await clock.sleep(milliseconds, ended.signal);
      invocation.killed = true;
      throw failure;
    };
    const ends = [
      runInvocation(invocation, () => answerOf(handler, event).finally(() => untilKilled(invocation))),
      dieAfter(lambda.timeoutSeconds * 1000, hangsAfter === undefined ? overrun(lambda) : timedOut(lambda)),
    ];
    if (crashAfter !== undefined) ends.push(dieAfter(crashAfter, crashed));
    if (hangsAfter !== undefined) {
      const hang = async () => {
        await clock.sleep(hangsAfter, ended.signal);
        invocation.killed = true;
      };
      hang().catch(() => {});
    }
    ends.forEach((end) => end.catch(() => {}));
    running++;
    try {
      return await Promise.race(ends);
    } finally {
      running--;
      ended.abort();
      if (!invocation.killed) sandboxes.push(handler);
    }
  }

  return { invoke };
}

const sandboxFailure = (errorType: string, errorMessage: string) =>
  new TaskFailure(errorType, JSON.stringify({ errorType, errorMessage, trace: [] }));

const crashed = sandboxFailure('Runtime.ExitError', 'Error: Runtime exited with error: signal: killed');
const timedOut = ({ timeoutSeconds }: LambdaFunction) =>
  sandboxFailure('Sandbox.Timedout', `Error: Task timed out after ${timeoutSeconds}.00 seconds`);

/** Whatever goes wrong around it, a function must give up in time, and say why. */
const overrun = (lambda: LambdaFunction) => new Error(`${functionId(lambda)} runs into its time limit`);

/** Id of the construct: a function is named by its stack, its constructs and a hash. */
const functionId = ({ name }: LambdaFunction) => /-TenantFunctions(\w+)[0-9A-F]{8}$/.exec(name)?.[1] ?? name;

async function answerOf(handler: Handler, event: Json): Promise<Json> {
  try {
    return JSON.parse(JSON.stringify((await handler(structuredClone(event))) ?? null)) as Json;
  } catch (error) {
    const { name, message } = error as Error;
    throw sandboxFailure(name, message);
  }
}
