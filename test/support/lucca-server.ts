import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';

/** A request as it arrived. */
export interface ReceivedRequest {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

/** What the server does with one request, whose body it has read. */
export type Answer = (response: ServerResponse, request: IncomingMessage) => void | Promise<void>;

/** A server that gives the answers a test orders, one after the other, and remembers what it was asked. */
export interface LuccaServer extends AsyncDisposable {
  /** Origin, to be used as the tenant's domain. */
  url: string;
  requests: ReceivedRequest[];
  /** Orders the answers to the next requests. Without any left, it answers 418. */
  answerNext: (...answers: Answer[]) => void;
}

export async function startLuccaServer(...answers: Answer[]): Promise<LuccaServer> {
  const ordered = [...answers];
  const requests: ReceivedRequest[] = [];
  const server = createServer(async (request, response) => {
    const { method = '', url = '', headers } = request;
    const received: ReceivedRequest = { method, path: url, headers, body: '' };
    requests.push(received);
    // In this order even when requests overlap.
    const answer = ordered.shift() ?? json(418, { title: 'The test ordered no answer for this request' });
    try {
      received.body = await text(request);
      await answer(response, request);
    } catch {
      response.destroy();
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return {
    url: `http://127.0.0.1:${address.port}`,
    requests,
    answerNext: (...more) => void ordered.push(...more),
    [Symbol.asyncDispose]: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** A whole answer with exactly these headers and bytes. */
export function raw(status: number, body: string | Uint8Array, headers: Record<string, string> = {}): Answer {
  return (response) => {
    response.writeHead(status, { 'Content-Length': Buffer.byteLength(body), ...headers }).end(body);
  };
}

export function json(status: number, body: unknown, headers: Record<string, string> = {}): Answer {
  return raw(status, JSON.stringify(body), { 'Content-Type': 'application/json', ...headers });
}

/** RFC 9457 problem details. */
export function problem(status: number, details: object, headers: Record<string, string> = {}): Answer {
  return json(status, { status, ...details }, { 'Content-Type': 'application/problem+json', ...headers });
}

/** A file, as Lucca sends all its files. */
export function file(bytes: string | Uint8Array, headers: Record<string, string> = {}): Answer {
  return raw(200, bytes, { 'Content-Type': 'application/octet-stream', ...headers });
}

/** A file of unknown length, in pieces that leave one by one. */
export function chunked(pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): Answer {
  return async (response) => {
    response.writeHead(200, { 'Content-Type': 'application/octet-stream' });
    // Fails when the client hangs up, which ends the answer.
    await pipeline(Readable.from(pieces, { objectMode: false }), response).catch(() => {});
  };
}

/** The connection is gone before anything is answered. */
export const dropped: Answer = (response) => void response.destroy();

/** Nothing is answered, the connection stays open. */
export const silence: Answer = () => {};

/** The start of a body whose rest never comes: the connection breaks, or stays open and silent. */
export function unfinished(
  start: string | Uint8Array,
  end: 'break' | 'stall',
  options: { status?: number; headers?: Record<string, string> } = {},
): Answer {
  return async (response) => {
    response.writeHead(options.status ?? 200, options.headers);
    await new Promise<void>((resolve) => {
      response.write(start, () => resolve());
    });
    if (end === 'stall') return;
    // Later, so that the start doesn't arrive together with the end.
    await new Promise((resolve) => setTimeout(resolve, 20));
    response.destroy();
  };
}
