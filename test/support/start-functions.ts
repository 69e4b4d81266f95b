import { createServer } from 'node:net';
import { once } from 'node:events';
import type { LambdaFunction } from '../../local/assembly/assembly.ts';
import { functionEnvironment, type RunningFunctions } from '../../local/engine.ts';
import { createFunctions } from '../../local/aws/lambda/functions.ts';

/** Functions for several engines, one after the other, whose services are always at the same ports. */
export async function startFunctions(
  functions: LambdaFunction[],
  onLog: (line: string) => void,
): Promise<RunningFunctions> {
  const [s3Port, secretsManagerPort] = [await freePort(), await freePort()];
  return {
    functions: createFunctions({
      functions,
      environment: functionEnvironment(url(s3Port), url(secretsManagerPort)),
      onLog: (_, line) => onLog(line),
    }),
    s3Port,
    secretsManagerPort,
  };
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
