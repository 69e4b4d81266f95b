import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { once } from 'node:events';
import type { LambdaFunction } from '../../local/assembly/assembly.ts';
import { createCredentials } from '../../local/aws/credentials.ts';
import { functionEnvironment, type RunningFunctions } from '../../local/engine.ts';
import { createFunctions } from '../../local/aws/lambda/functions.ts';

/** Functions for several engines, one after the other, whose services are always at the same ports. */
export async function startFunctions(
  functions: LambdaFunction[],
  onLog: (line: string) => void,
): Promise<RunningFunctions> {
  const credentials = createCredentials();
  const [s3Port, secretsManagerPort] = [await freePort(), await freePort()];
  return {
    functions: createFunctions({
      functions,
      environment: functionEnvironment(url(s3Port), url(secretsManagerPort), credentials),
      onLog: (_, line) => onLog(line),
    }),
    credentials,
    s3Port,
    secretsManagerPort,
  };
}

const url = (port: number) => `http://127.0.0.1:${port}`;

/** A port that stays free between two engines: below those that systems give to whoever asks for any. */
async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(10_000, 30_000);
    const server = createServer().listen(port, '127.0.0.1');
    const isFree = await once(server, 'listening').then(
      () => true,
      () => false,
    );
    if (!isFree) continue;
    server.close();
    await once(server, 'close');
    return port;
  }
}
