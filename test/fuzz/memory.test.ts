import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import * as fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import type { Found, Passing } from './memory-worker.ts';
import { csvFragments, sizes } from './pieces.ts';
import { runs } from './support.ts';

const megabyte = 1024 * 1024;

/** A heap of a few times what the code itself takes; whoever needs more ends with ERR_WORKER_OUT_OF_MEMORY. */
const worker = new Worker(new URL('memory-worker.ts', import.meta.url), {
  resourceLimits: { maxOldGenerationSizeMb: 48, maxYoungGenerationSizeMb: 8 },
});
afterAll(() => worker.terminate());

/** What the thread finds, which ends if it needs more. */
async function passed(passing: Passing): Promise<Found> {
  const ended = new AbortController();
  const { signal } = ended;
  worker.postMessage(passing);
  try {
    return await Promise.race([
      once(worker, 'message', { signal }).then(([found]) => found as Found),
      once(worker, 'exit', { signal }).then(() => Promise.reject(new Error('The thread has ended.'))),
    ]);
  } finally {
    ended.abort();
  }
}

const start = fc.constantFrom<string>(
  '',
  'a;b\r\n',
  '"a";"b"\r\n',
  'a\r\n',
  'sep=,\r\n',
  '\uFEFFa',
  'PK\u0003\u0004',
  '\u00D0\u00CF\u0011\u00E0\u00A1\u00B1\u001A\u00E1',
  '\u00FF\u00FEa\0',
);
const fragment = fc.constantFrom<string>(
  ...csvFragments,
  '|',
  '<',
  '{',
  '[',
  '7',
  '=',
  'PK\u0001\u0002',
  'PK\u0005\u0006',
  'Error ',
  '0\r\n',
  '=\r\n',
  'x'.repeat(3_000),
);
const repeated = fc.string({ unit: fragment, minLength: 1, maxLength: 8 });

/** What took most when it was tried by hand. */
const examples = [';', '"', '\n', '1;2\r\n'].map((text): [string, string, number[], 'csv'] => [
  'a;b\r\n',
  text,
  [1_500],
  'csv',
]);

test('whatever comes without an end passes in a few megabytes', async () => {
  const format = fc.constantFrom<'csv' | 'excel'>('csv', 'excel');
  await fc.assert(
    fc.asyncProperty(start, repeated, sizes, format, async (start, repeated, sizes, format) => {
      const found = await passed({ start, repeated, sizes, format, total: 16 * megabyte });
      expect(found.outcome).toMatch(/^(passed|UnexpectedResponseError)$/);
      expect(found.held).toBeLessThan(8 * megabyte);
    }),
    { ...runs(12), examples, endOnFailure: true },
  );
});
