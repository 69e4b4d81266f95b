import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createFunctions, type Functions } from '../../../../local/aws/lambda/functions.ts';
import type { Json } from '../../../../local/states-language/index.ts';

const arn = 'arn:aws:lambda:eu-west-3:000000000000:function:Example';

/** A function with this body, which gets `event`. */
async function functionOf(
  body: string,
  options: { timeoutSeconds?: number; environment?: Record<string, string> } = {},
): Promise<{ invoke: (event: Json) => Promise<Json>; logs: string[] }> {
  const directory = await mkdtemp(join(tmpdir(), 'lucca-report-export-lambda-'));
  await writeFile(
    join(directory, 'index.mjs'),
    `let calls = 0; export const handler = async (event) => { ${body} };`,
  );
  const logs: string[] = [];
  const functions: Functions = createFunctions({
    functions: [
      {
        name: 'Example',
        arn,
        directory,
        handler: 'index.handler',
        timeoutSeconds: options.timeoutSeconds ?? 10,
        memoryMegabytes: 128,
        environment: options.environment ?? {},
      },
    ],
    environment: { AWS_REGION: 'eu-west-3' },
    onLog: (_, line) => logs.push(line),
  });
  onTestFinished(async () => {
    await functions.close();
    await rm(directory, { recursive: true, force: true });
  });
  return {
    invoke: (event) => functions.invoke(arn, event),
    logs,
  };
}

test('a function answers with JSON, whatever its handler returns', async () => {
  const { invoke } = await functionOf(
    'return event.date ? { at: new Date(0), nothing: undefined } : undefined',
  );
  expect(await invoke({ date: true })).toEqual({ at: '1970-01-01T00:00:00.000Z' });
  expect(await invoke({})).toBeNull();
});

test('it has its own environment, and none of this process', async () => {
  const { invoke } = await functionOf('return process.env', {
    environment: { REPORT_BUCKET_NAME: 'reports' },
  });
  expect(await invoke({})).toEqual({
    AWS_LAMBDA_FUNCTION_NAME: 'Example',
    AWS_REGION: 'eu-west-3',
    REPORT_BUCKET_NAME: 'reports',
  });
});

test('it stays warm between invocations, and starts again beside one that is busy', async () => {
  const { invoke } = await functionOf(
    'if (event.busy) await new Promise(r => setTimeout(r, 50)); return ++calls',
  );
  expect([await invoke({}), await invoke({})]).toEqual([1, 2]);
  expect(await Promise.all([invoke({ busy: true }), invoke({ busy: true })])).toEqual([3, 1]);
});

test('an error that it throws fails the task with its name, and is in the log', async () => {
  const { invoke, logs } = await functionOf("throw Object.assign(new Error('no'), { name: 'ExampleError' })");
  await expect(invoke({})).rejects.toMatchObject({
    error: 'ExampleError',
    cause: expect.stringContaining('"errorMessage":"no"') as string,
  });
  expect(logs.join('\n')).toContain('Invoke Error');
});

test('one that takes too long is ended as on Lambda', async () => {
  const { invoke } = await functionOf('if (event.hang) await new Promise(() => {}); return "fine"', {
    timeoutSeconds: 3,
  });
  await expect(invoke({ hang: true })).rejects.toMatchObject({
    error: 'Sandbox.Timedout',
    cause: expect.stringContaining('timed out after 3.00 seconds') as string,
  });
  expect(await invoke({})).toBe('fine');
});

test('one that crashes is ended as on Lambda, and starts again', async () => {
  const { invoke } = await functionOf('if (event.crash) process.exit(1); return "fine"');
  await expect(invoke({ crash: true })).rejects.toMatchObject({ error: 'Runtime.ExitError' });
  expect(await invoke({})).toBe('fine');
});

test('only so many invocations are under way at a time, the others wait', async () => {
  const { invoke } = await functionOf('await new Promise((done) => setTimeout(done, 20)); return event.n');
  const numbers = Array.from({ length: 30 }, (_, n) => n);
  expect(await Promise.all(numbers.map((n) => invoke({ n })))).toEqual(numbers);
});
