import { createServer } from 'node:net';
import { once } from 'node:events';
import { afterAll } from 'vitest';
import type { LambdaFunction } from '../../local/assembly.ts';
import { functionEnvironment, type RunningFunctions } from '../../local/engine.ts';
import { createFunctions } from '../../local/lambda/functions.ts';

let running: RunningFunctions | undefined;
let onLog: (line: string) => void = () => {};

/**
 * The functions of all tests of a file: starting them takes longer than most tests. Each test has services of its
 * own, at the same ports, and a secret of its own, so that no function knows a key from the test before.
 * @param log is told of what the functions log from now on
 */
export async function runningFunctions(
  functions: LambdaFunction[],
  log: (line: string) => void,
): Promise<RunningFunctions> {
  onLog = log;
  if (running !== undefined) return running;
  const [s3Port, secretsManagerPort] = [await freePort(), await freePort()];
  running = {
    functions: createFunctions({
      functions,
      environment: functionEnvironment(url(s3Port), url(secretsManagerPort)),
      onLog: (_, line) => onLog(line),
    }),
    s3Port,
    secretsManagerPort,
  };
  return running;
}

const url = (port: number) => `http://127.0.0.1:${port}`;

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

afterAll(() => running?.functions.close());
