// @ts-check
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';

/**
 * Runs inside a worker thread: loads one bundle and answers one event after the other, as Lambda's runtime does. Plain
 * JavaScript: a thread that has types to strip takes twice as long to start.
 */

/** @type {import('./functions.ts').SandboxData} */
const { directory, handler } = workerData;
const [file, exported] = /** @type {[string, string]} */ (handler.split('.'));
/** @type {Record<string, (event: unknown) => Promise<unknown>>} */
const bundle = await import(pathToFileURL(join(directory, `${file}.mjs`)).href);
const handle = bundle[exported];

parentPort?.on('message', (/** @type {import('./functions.ts').SandboxMessage} */ { event, environment }) => {
  Object.assign(process.env, environment);
  void answer(event).then((reply) => parentPort?.postMessage(reply));
});

/**
 * @param {string} event
 * @returns {Promise<import('./functions.ts').SandboxAnswer>}
 */
async function answer(event) {
  try {
    return { result: JSON.stringify((await handle?.(JSON.parse(event))) ?? null) };
  } catch (error) {
    const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
    // Lambda's runtime does so for every error that a handler throws, so logs hold messages and stacks.
    process.stderr.write(`Invoke Error ${stack ?? message}\n`);
    return { error: { errorType: name, errorMessage: message, trace: stack?.split('\n') ?? [] } };
  }
}
