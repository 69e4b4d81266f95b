import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';

/** Runs inside a worker thread: loads one bundle and answers one event after the other, as Lambda's runtime does. */

export interface SandboxData {
  directory: string;
  /** Such as `index.handler`. */
  handler: string;
}

/** A failure as Lambda reports it. */
export interface FunctionError {
  errorType: string;
  errorMessage: string;
  trace: string[];
}

/** JSON texts, as they travel to and from Lambda. */
export type SandboxAnswer = { result: string } | { error: FunctionError };

const { directory, handler } = workerData as SandboxData;
const [file, exported] = handler.split('.') as [string, string];

type Handler = (event: unknown) => Promise<unknown>;
const bundle = (await import(pathToFileURL(join(directory, `${file}.mjs`)).href)) as Record<string, Handler>;
const handle = bundle[exported]!;

parentPort!.on('message', (event: string) => {
  void answer(event).then((reply) => parentPort!.postMessage(reply));
});

async function answer(event: string): Promise<SandboxAnswer> {
  try {
    return { result: JSON.stringify((await handle(JSON.parse(event))) ?? null) };
  } catch (error) {
    const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
    // Lambda's runtime does so for every error that a handler throws, so logs hold messages and stacks.
    process.stderr.write(`Invoke Error ${stack ?? message}\n`);
    return { error: { errorType: name, errorMessage: message, trace: stack?.split('\n') ?? [] } };
  }
}
