import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { request, type IncomingHttpHeaders, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

import { S3Client } from '@aws-sdk/client-s3';
import { afterEach, beforeEach } from 'vitest';

import { startS3, type S3 } from '../../../../local/aws/s3/s3.ts';

export const bucket = 'reports';
export const mebibyte = 1024 * 1024;

export interface S3Fixture {
  directory: string;
  s3: S3;
  client: S3Client;
  /** Stops the server and starts it again on the same directory. */
  restart: () => Promise<void>;
  /** A request as it stands, nothing normalised, with an Authorization header. */
  send: (
    method: string,
    path: string,
    headers?: OutgoingHttpHeaders,
    body?: string | Buffer,
  ) => Promise<RawAnswer>;
  /** What there is below `.s3/temporary/`. */
  leftovers: () => Promise<string[]>;
}

export interface RawAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
  /** Of an error. */
  code: string | undefined;
}

function createClient(endpoint: string): S3Client {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  return new S3Client({ endpoint, region: 'eu-west-3', credentials, maxAttempts: 1 });
}

/** A server and a real client of their own for every test. */
export function useS3(): S3Fixture {
  const fixture: Partial<S3Fixture> = {
    send: (method, path, headers, body) => sendRaw(fixture.s3!.url, method, path, headers, body),
    leftovers: () => readdir(join(fixture.directory!, '.s3', 'temporary')),
    restart: async () => {
      await stop(fixture);
      await start(fixture);
    },
  };
  let parent: string;
  beforeEach(async () => {
    parent = await mkdtemp(join(tmpdir(), 'local-s3-'));
    fixture.directory = join(parent, 'objects');
    await start(fixture);
  });
  afterEach(async () => {
    await stop(fixture);
    // Whatever a test does, all of it must have happened in the directory.
    const beside = (await readdir(parent)).filter((name) => name !== 'objects');
    await rm(parent, { recursive: true });
    if (beside.length > 0) throw new Error(`Something was written beside the directory: ${beside.join()}`);
  });
  return fixture as S3Fixture;
}

async function start(fixture: Partial<S3Fixture>): Promise<void> {
  fixture.s3 = await startS3({ bucket, directory: fixture.directory! });
  fixture.client = createClient(fixture.s3.url);
}

async function stop(fixture: Partial<S3Fixture>): Promise<void> {
  fixture.client!.destroy();
  await fixture.s3!.close();
}

async function sendRaw(
  url: string,
  method: string,
  path: string,
  headers: OutgoingHttpHeaders = {},
  body: string | Buffer = '',
): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  const call = request({ method, hostname, port, path, headers: { authorization: 'signed', ...headers } });
  const answered = once(call, 'response');
  call.end(body);
  const [response]: IncomingMessage[] = await answered;
  const received = await text(response!);
  const code = /<Code>(.*)<\/Code>/.exec(received)?.[1];
  return { status: response!.statusCode!, headers: response!.headers, body: received, code };
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
