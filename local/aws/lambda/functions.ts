import { createInterface } from 'node:readline';
import { Worker } from 'node:worker_threads';
import type { LambdaFunction } from '../../assembly/assembly.ts';
import { type Json, TaskFailure } from '../../states-language/index.ts';

/** Lambda: runs the functions of an assembly, each in worker threads with an environment of its own. */
export interface Functions {
  /**
   * Throws a TaskFailure with Lambda's error name and JSON cause. As on AWS, nobody can stop a function: it goes on
   * when the execution that called it has ended.
   * @param environment variables that differ from the function's own
   */
  invoke: (functionArn: string, event: Json, environment?: Record<string, string>) => Promise<Json>;
  /** Ends what is under way. */
  close: () => Promise<void>;
}

/** What a sandbox is given. */
export interface SandboxData {
  /** Of the bundle. */
  directory: string;
  /** Such as `index.handler`. */
  handler: string;
}

/** What it is asked: an event as a JSON text. */
export interface SandboxMessage {
  event: string;
  environment: Record<string, string> | undefined;
}

/** What it answers: JSON texts, as they travel to and from Lambda. */
export type SandboxAnswer = { result: string } | { error: FunctionError };

/** A failure as Lambda reports it. */
interface FunctionError {
  errorType: string;
  errorMessage: string;
  trace: string[];
}

export interface FunctionsOptions {
  functions: LambdaFunction[];
  /** Added to each function's environment: where the AWS services are. */
  environment: Record<string, string>;
  /** Told of every line that a function logs. */
  onLog?: (functionName: string, line: string) => void;
}

export function createFunctions(options: FunctionsOptions): Functions {
  const byArn = new Map(options.functions.map((lambda) => [lambda.arn, createFunction(lambda, options)]));
  return {
    invoke: async (functionArn, event, environment) => {
      const lambda = byArn.get(functionArn);
      if (lambda === undefined) throw new TaskFailure('Lambda.ResourceNotFoundException', functionArn);
      return lambda.invoke(event, environment);
    },
    close: async () => {
      await Promise.all([...byArn.values()].map((lambda) => lambda.close()));
    },
  };
}

/** More than this would only take turns on a laptop's processors: further invocations wait. */
const mostSandboxes = 8;

/** One function: as many sandboxes as there are invocations at a time, kept warm for the next ones. */
function createFunction(lambda: LambdaFunction, { environment, onLog }: FunctionsOptions) {
  const all = new Set<Worker>();
  const idle: Worker[] = [];
  const waiting: (() => void)[] = [];
  let underWay = 0;

  function start(): Worker {
    const worker = new Worker(new URL('sandbox.mjs', import.meta.url), {
      workerData: { directory: lambda.directory, handler: lambda.handler } satisfies SandboxData,
      env: { ...environment, ...lambda.environment, AWS_LAMBDA_FUNCTION_NAME: lambda.name },
      resourceLimits: { maxOldGenerationSizeMb: lambda.memoryMegabytes },
      stdout: true,
      stderr: true,
    });
    all.add(worker);
    for (const output of [worker.stdout, worker.stderr]) {
      createInterface({ input: output }).on('line', (line) => onLog?.(lambda.name, line));
    }
    return worker;
  }

  async function stop(worker: Worker): Promise<void> {
    all.delete(worker);
    await worker.terminate();
  }

  async function invoke(event: Json, environment?: Record<string, string>): Promise<Json> {
    if (underWay === mostSandboxes) await new Promise<void>((resolve) => void waiting.push(resolve));
    else underWay++;
    try {
      const outcome = await invokeSandbox({ event: JSON.stringify(event), environment });
      if ('failure' in outcome) throw functionFailure(outcome.failure);
      if ('error' in outcome.answer) throw functionFailure(outcome.answer.error);
      return JSON.parse(outcome.answer.result) as Json;
    } finally {
      const next = waiting.shift();
      // The next one takes this one's place.
      if (next === undefined) underWay--;
      else next();
    }
  }

  async function invokeSandbox(message: SandboxMessage): Promise<Outcome> {
    const worker = idle.pop() ?? start();
    const outcome = await outcomeOf(worker, message, lambda.timeoutSeconds);
    if ('answer' in outcome) idle.push(worker);
    else await stop(worker);
    return outcome;
  }

  return { invoke, close: async () => void (await Promise.all([...all].map(stop))) };
}

const functionFailure = (error: FunctionError) => new TaskFailure(error.errorType, JSON.stringify(error));

type Outcome = { answer: SandboxAnswer } | { failure: FunctionError };

/** Sends an event and waits for the answer, the function's time-out or a crash, whichever is first. */
function outcomeOf(worker: Worker, message: SandboxMessage, timeoutSeconds: number): Promise<Outcome> {
  const { promise, resolve } = Promise.withResolvers<Outcome>();
  const failed = (errorType: string, errorMessage: string) =>
    resolve({ failure: { errorType, errorMessage, trace: [] } });
  const answered = (answer: SandboxAnswer) => resolve({ answer });
  const crashed = (error: unknown) => failed('Runtime.ExitError', `Error: Runtime exited: ${String(error)}`);
  const timer = setTimeout(
    () => failed('Sandbox.Timedout', `Error: Task timed out after ${timeoutSeconds.toFixed(2)} seconds`),
    timeoutSeconds * 1000,
  );
  worker.once('message', answered).once('error', crashed).once('exit', crashed);
  worker.postMessage(message);
  return promise.finally(() => {
    clearTimeout(timer);
    worker.off('message', answered).off('error', crashed).off('exit', crashed);
  });
}
