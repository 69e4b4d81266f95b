import packageJson from '../../package.json' with { type: 'json' };
import type { ApiKeySource } from '../aws/api-key.ts';
import { logger } from '../runtime/logger.ts';
import { LuccaUnavailableError } from '../shared/errors.ts';
import { readBody, readText } from './body.ts';
import { describeRefusal, type Refusal } from './problem-details.ts';
import { createRedaction } from './redaction.ts';
import { isKeyRefused, networkError, refusalError } from './refusals.ts';
import { type Timeouts, withTimeout } from './timeouts.ts';

export interface LuccaConnection {
  /** Origin of the tenant's Lucca, such as `https://acme.ilucca.net`. */
  domain: string;
  apiKey: ApiKeySource;
  timeouts: Timeouts;
  /** Instants in milliseconds: the state's own time, and until when it makes sense to wait. */
  now: number;
  deadline: number;
}

export interface LuccaRequest {
  method: 'GET' | 'POST';
  path: string;
  /** Media type of the answer. */
  accept: string;
  /** Sent as JSON. */
  body?: unknown;
  /** What a 404 means for this request. */
  notFound: (message: string) => Error;
  /** Whether a file is asked for, which may be made only then. */
  isFile?: true;
  /** Whether it is sent again until the deadline, whatever it is told to wait. */
  isPoll?: true;
}

/** An answer with a 2xx status, its body still to be read. */
export interface LuccaAnswer {
  /** The request, for messages: `GET https://acme.ilucca.net/timmi-timesheet/api/reports/7`. */
  request: string;
  status: number;
  headers: Headers;
  /** Pieces of the body as they come. Throws LuccaUnavailableError when they stop coming. */
  body: AsyncIterable<Uint8Array>;
  /** Takes the API key out of a text that may end up in a message: some servers echo headers. */
  redact: (text: string) => string;
}

/** Sends a request, a second time with the key read afresh if Lucca refuses the first one. */
export async function sendRequest(connection: LuccaConnection, request: LuccaRequest): Promise<LuccaAnswer> {
  const url = new URL(request.path, connection.domain);
  const name = `${request.method} ${url.href}`;
  const attempt = (apiKey: string) =>
    exchange(connection, request, url, apiKey).catch((error: unknown) => {
      throw networkError(name, error);
    });
  let key = await connection.apiKey({ fresh: false });
  let response = await attempt(key);
  if (isKeyRefused(response)) {
    await response.body?.cancel();
    key = await connection.apiKey({ fresh: true });
    response = await attempt(key);
  }
  const { ok, status, headers } = response;
  const body = readBody(response, name, connection.timeouts.stall);
  const redact = createRedaction(key);
  if (ok) return { request: name, status, headers, body, redact };
  const refusal = await readText(body, name).then(
    (text) => describeRefusal(text, redact),
    (error: unknown): Refusal =>
      error instanceof LuccaUnavailableError
        ? { isLuccas: false, isCut: true, text: 'with a body that broke off' }
        : { isLuccas: false, text: 'with a body that is too long' },
  );
  throw refusalError(connection, request, { name, response, refusal, redact });
}

async function exchange(
  connection: LuccaConnection,
  request: LuccaRequest,
  url: URL,
  apiKey: string,
): Promise<Response> {
  const started = performance.now();
  const timeout = request.isFile ? connection.timeouts.file : connection.timeouts.response;
  const response = await withTimeout(timeout, 'the answer', (signal) =>
    fetch(url, {
      method: request.method,
      headers: {
        Authorization: `lucca application=${apiKey}`,
        Accept: request.accept,
        'User-Agent': `${packageJson.name}/${packageJson.version}`,
        // Compressed, a Content-Length says nothing of the bytes that are stored.
        'Accept-Encoding': 'identity',
        // A proxy must not tell for hours how far the report was.
        'Cache-Control': 'no-cache',
        ...(request.body === undefined ? {} : { 'Content-Type': 'application/json' }),
      },
      ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
      // Followed, a redirect takes requests to whoever it names.
      redirect: 'manual',
      signal,
    }),
  );
  const milliseconds = Math.round(performance.now() - started);
  logger.info('Lucca answered', {
    method: request.method,
    path: url.pathname,
    status: response.status,
    milliseconds,
  });
  return response;
}
