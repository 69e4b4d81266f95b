import { parentPort } from 'node:worker_threads';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { openDownload } from '../../lambdas/report-file/download.ts';

/** What a thread with little memory is to let pass: a start, and then the same over and over. */
export interface Passing {
  /** Latin-1, as is what is repeated. */
  start: string;
  repeated: string;
  /** Lengths of the pieces that it comes in, over and over. */
  sizes: number[];
  format: 'csv' | 'excel';
  /** In bytes. */
  total: number;
}

export interface Found {
  /** `passed`, or the name of an error. */
  outcome: string;
  /** The most that was held outside of the heap, in bytes. */
  held: number;
}

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** In bytes. */
function heldNow() {
  collectGarbage();
  return process.memoryUsage().arrayBuffers;
}

async function outcomeOf({ start, repeated, sizes, format, total }: Passing): Promise<Found> {
  const block = Buffer.from(repeated.repeat(Math.ceil(65_536 / repeated.length)), 'latin1');
  let held = 0;
  const before = heldNow();
  async function* body() {
    yield Buffer.from(start, 'latin1');
    for (let passed = 0, piece = 0, measured = 0; passed < total; piece++) {
      // Pieces of the block: nothing is held that the code under test doesn't hold.
      const at = passed % repeated.length;
      const bytes = block.subarray(at, at + 32 * sizes[piece % sizes.length]!);
      passed += bytes.byteLength;
      yield bytes;
      if (passed < measured) continue;
      held = Math.max(held, heldNow() - before);
      measured += 4_000_000;
    }
  }
  const headers = new Headers({ 'Transfer-Encoding': 'chunked' });
  const answer = { request: 'GET x', status: 200, headers, body: body(), redact: (text: string) => text };
  const outcome = await openDownload(async () => answer, format)
    .then(async ({ bytes, measures }) => {
      for await (const _ of bytes);
      measures();
      return 'passed';
    })
    .catch((error: Error) => error.name);
  return { outcome, held };
}

parentPort!.on('message', (passing: Passing) => {
  void outcomeOf(passing).then((found) => parentPort!.postMessage(found));
});
