import packageJson from '../../package.json' with { type: 'json' };
import type { ApiKeySource } from '../aws/api-key.ts';
import {
  AuthenticationError,
  LuccaRejectedError,
  LuccaUnavailableError,
  RateLimitedError,
  ReportTimedOutError,
  UnexpectedResponseError,
} from '../shared/errors.ts';
import { logger } from '../runtime/logger.ts';
import { describeProblem } from './problem-details.ts';
import { readBody, readText } from './body.ts';
import { reasonOf } from './reason.ts';
import { retryAfterSeconds } from './retry-after.ts';
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
}

/** A successful answer, its body still to be read. */
export interface LuccaAnswer {
  /** The request, for messages: `GET https://acme.ilucca.net/timmi-timesheet/api/reports/7`. */
  request: string;
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
  if (isRefusal(response)) {
    await response.body?.cancel();
    key = await connection.apiKey({ fresh: true });
    response = await attempt(key);
  }
  const body = readBody(response, name, connection.timeouts.stall);
  const redact = (text: string) => text.replaceAll(key, '[API key]');
  if (response.ok) return { request: name, headers: response.headers, body, redact };
  // Whatever becomes of its body, the status says what happened.
  const problem = describeProblem(await readText(body, name).catch(() => ''), redact);
  throw errorOf(connection, request, name, response, problem);
}

const isRefusal = (response: Response) => response.status === 401 || response.status === 403;

async function exchange(
  connection: LuccaConnection,
  request: LuccaRequest,
  url: URL,
  apiKey: string,
): Promise<Response> {
  const started = performance.now();
  const response = await withTimeout(connection.timeouts.response, 'the answer', (signal) =>
    fetch(url, {
      method: request.method,
      headers: {
        Authorization: `lucca application=${apiKey}`,
        Accept: request.accept,
        'User-Agent': `${packageJson.name}/${packageJson.version}`,
        // Compressed, a Content-Length says nothing of the bytes that are stored.
        'Accept-Encoding': 'identity',
        ...(request.body === undefined ? {} : { 'Content-Type': 'application/json' }),
      },
      ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
      redirect: 'error',
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

function networkError(name: string, error: unknown): Error {
  const reason = reasonOf(error);
  if (/redirect/.test(reason.message)) {
    return new UnexpectedResponseError(
      `${name} was redirected, probably to a login page: expected an answer of Lucca's API. Check the domain.`,
    );
  }
  return new LuccaUnavailableError(`${name} got no answer: ${reason.message}`, { cause: error });
}

function errorOf(
  connection: LuccaConnection,
  request: LuccaRequest,
  name: string,
  response: Response,
  problem: string,
): Error {
  const { status } = response;
  const answered = `${name} answered ${status} ${problem}`;
  if (isRefusal(response)) {
    return new AuthenticationError(
      `${answered}. The API key was read afresh in between: check that it is valid, that it may generate ` +
        'timesheet reports, and that the secret holds it.',
    );
  }
  if (status === 404) return request.notFound(answered);
  if (status === 429) return rateLimited(connection, name, response);
  if (status === 408 || status >= 500) return new LuccaUnavailableError(answered);
  if (status >= 400) return new LuccaRejectedError(`${answered}. Mend the request: it would fail again.`);
  return new UnexpectedResponseError(`${answered}: expected a 2xx answer of Lucca's API.`);
}

function rateLimited(connection: LuccaConnection, name: string, response: Response): Error {
  const seconds = retryAfterSeconds(response.headers.get('Retry-After'), connection.now);
  if (connection.now + seconds * 1000 <= connection.deadline) return new RateLimitedError(name, seconds);
  return new ReportTimedOutError(
    `${name} answered 429 and asks to wait ${seconds} s, which is past the export's deadline ` +
      `${new Date(connection.deadline).toISOString()}. Spread the calls of this tenant's integrations: they ` +
      'share 50 requests a minute.',
  );
}
