import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { request } from 'node:http';
import { describe, expect, inject, onTestFinished, test } from 'vitest';
import { readAssembly } from '../../local/assembly/read-assembly.ts';
import { realClock } from '../../local/clock.ts';
import { createCredentials } from '../../local/aws/credentials.ts';
import { type EngineOptions, startEngine } from '../../local/engine.ts';
import { exportMachine } from '../support/workflow.ts';

/** Servers and connections of this process. */
const open = () =>
  process.getActiveResourcesInfo().filter((resource) => /^TCP|^Pipe|Worker|MessagePort/.test(resource))
    .length;

async function engineOptions(): Promise<EngineOptions> {
  const directory = await mkdtemp(join(tmpdir(), 'lucca-report-export-engine-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const assembly = await readAssembly(inject('assemblyDirectory'));
  return { assembly, directory, apiKey: 'key', clock: realClock };
}

/** A port that something else listens at. */
async function takenPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return (server.address() as { port: number }).port;
}

const functionsAt = (s3Port: number, secretsManagerPort: number) => ({
  running: {
    functions: { invoke: async () => null, close: async () => {} },
    credentials: createCredentials(),
    s3Port,
    secretsManagerPort,
  },
});

test.each<[string, (options: EngineOptions) => Promise<Partial<EngineOptions>>, RegExp]>([
  [
    'S3’s directory',
    async ({ directory }) => {
      await writeFile(join(directory, 'file'), '');
      return { directory: join(directory, 'file') };
    },
    /EEXIST|ENOTDIR|director/,
  ],
  ['S3’s port', async () => functionsAt(await takenPort(), 0), /EADDRINUSE/],
  ['Secrets Manager’s port', async () => functionsAt(0, await takenPort()), /EADDRINUSE/],
  [
    'a table of DynamoDB',
    async ({ assembly }) => ({ assembly: { ...assembly, tables: [{ name: 'broken', properties: {} }] } }),
    /null|required|valid/i,
  ],
  [
    'a rule of EventBridge',
    async ({ assembly }) => ({
      assembly: {
        ...assembly,
        rules: [{ EventPattern: { detail: { status: [{ prefix: 'A' }] } }, Targets: [] }],
      },
    }),
    /doesn't know this event pattern/,
  ],
])('when %s is the step that fails, everything before it is closed', async (_, spoil, message) => {
  const options = await engineOptions();
  const spoilt = { ...options, ...(await spoil(options)) };
  const before = open();
  await expect(startEngine(spoilt)).rejects.toThrow(message);
  await expect.poll(open, { timeout: 60_000 }).toBe(before);
});

test('a definition that the interpreter doesn’t know is refused when it is to run, and the engine can be closed', async () => {
  const options = await engineOptions();
  const machine = exportMachine(options.assembly);
  machine.definition.States['Resolve Request'] = {
    Type: 'Task',
    Resource: 'arn:aws:states:::sns:nothing',
    End: true,
  };
  const before = open();
  const engine = await startEngine(options);
  expect(() => engine.run(machine.arn, { name: 'x', input: {} })).toThrow(/sns:nothing is not supported/);
  await engine.close();
  await expect.poll(open, { timeout: 60_000 }).toBe(before);
});

test('what the engine does not run does not concern it', async () => {
  const options = await engineOptions();
  const { assembly } = options;
  const foreign = {
    EventPattern: { source: ['aws.s3'], detail: { size: [{ numeric: ['>', 5] }] } },
    Targets: [],
  };
  const engine = await startEngine({
    ...options,
    assembly: {
      ...assembly,
      rules: [...assembly.rules, foreign],
      stateMachines: [
        ...assembly.stateMachines,
        { arn: 'arn:other', definition: { QueryLanguage: 'JSONPath' } },
        { arn: 'arn:unknown', unknownPart: "The engine doesn't know what a reference to Topic is." },
      ],
    },
  });
  onTestFinished(engine.close);
  expect(engine.executions()).toEqual([]);
  for (const [arn, problem] of [
    ['arn:other', /QueryLanguage/],
    ['arn:unknown', /reference to Topic/],
  ] as const) {
    expect(() => engine.run(arn, { name: 'x', input: {} })).toThrow(problem);
  }
});

/** The status of what a service answers. */
const statusOf = (url: string, headers: Record<string, string>) =>
  new Promise<number>((resolve, reject) => {
    request(url, { method: 'POST', headers }, (response) => {
      response.resume();
      resolve(response.statusCode!);
    })
      .on('error', reject)
      .end('{"SecretId":"any"}');
  });

describe('the services of an engine answer nobody but its own clients:', () => {
  test.each<[string, (accessKeyId: string) => Record<string, string>, boolean]>([
    ['one of them', (id) => ({ authorization: `AWS4-HMAC-SHA256 Credential=${id}/20261102` }), true],
    ['another user of this machine', () => ({ authorization: 'AWS4-HMAC-SHA256 Credential=local/x' }), false],
    ['nobody', () => ({}), false],
    [
      'a web page under a name of its own',
      (id) => ({ authorization: `Credential=${id}/`, host: 'evil.example' }),
      false,
    ],
    ['a web page', (id) => ({ authorization: `Credential=${id}/`, origin: 'http://evil.example' }), false],
  ])('%s', async (_, headersOf, isAnswered) => {
    await using stack = new AsyncDisposableStack();
    const engine = await startEngine(await engineOptions());
    stack.defer(engine.close);
    const headers = headersOf(engine.credentials.accessKeyId);
    const services = [engine.s3, engine.secretsManager, engine.dynamoDb];
    const statuses = await Promise.all(services.map(({ url }) => statusOf(url, headers)));
    expect(statuses.map((status) => status !== 403)).toEqual(services.map(() => isAnswered));
  });
});
