import {
  AuthenticationError,
  LuccaBusyError,
  LuccaRejectedError,
  LuccaUnavailableError,
  LuccaUnreachableError,
  RateLimitedError,
  ReportTimedOutError,
  UnexpectedResponseError,
} from '../shared/errors.ts';
import type { LuccaConnection, LuccaRequest } from './http.ts';
import type { Refusal } from './problem-details.ts';
import { reasonOf } from './reason.ts';
import { retryAfterSeconds } from './retry-after.ts';

export const isKeyRefused = ({ status }: Response) => status === 401 || status === 403;

/** Refusals that pass by themselves: timed out, in conflict with something under way, locked, too early. */
const passing = new Set([408, 409, 423, 425]);

/**
 * What waiting for seconds or minutes hardly mends: there is no such host, it can't show that it is Lucca's, or a proxy
 * lets nobody through.
 */
const unreachable =
  /^(ENOTFOUND|EPROTO|CERT_|ERR_TLS_|ERR_SSL_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|HOSTNAME_MISMATCH)|^Proxy response \(4/;

/** Why a request got no answer. */
export function networkError(name: string, error: unknown): Error {
  const { message, code = '' } = reasonOf(error);
  const told = `${name} got no answer: ${message}`;
  if (![code, message].some((text) => unreachable.test(text))) return new LuccaUnavailableError(told);
  return new LuccaUnreachableError(
    `${told}${code && ` (${code})`}. Check the domain, and this machine's clock. Behind a proxy, NODE_USE_ENV_PROXY=1 has to be ` +
      'set beside HTTPS_PROXY, which holds its address and, if it asks for them, a name and a password. Where it, or a ' +
      'firewall, opens TLS, its certificate has to be trusted: NODE_EXTRA_CA_CERTS names a file with it, ' +
      'NODE_USE_SYSTEM_CA=1 trusts what the system does.',
  );
}

interface RefusedRequest {
  /** Method and URL. */
  name: string;
  response: Response;
  refusal: Refusal;
  redact: (text: string) => string;
}

/** What an answer that isn't 2xx means. */
export function refusalError(
  connection: LuccaConnection,
  request: LuccaRequest,
  refused: RefusedRequest,
): Error {
  const { name, response, refusal } = refused;
  const { status } = response;
  const answered = `${name} answered ${status} ${refusal.text}`;
  if (status === 429 || (status === 503 && response.headers.has('Retry-After'))) {
    return askedToWait(connection, request, refused);
  }
  if (passing.has(status) || status >= 500) return new LuccaUnavailableError(answered);
  if (status < 400) return redirected(refused);
  if (refusal.isCut) return new LuccaUnavailableError(answered);
  if (!refusal.isLuccas) {
    return new UnexpectedResponseError(
      `${answered}: expected problem details, as Lucca's API gives them. Something else has answered in its stead, such ` +
        'as a firewall, a proxy or a page of maintenance: look there, and check the domain.',
    );
  }
  if (isKeyRefused(response)) {
    return new AuthenticationError(
      `${answered}. The API key was read afresh in between: check that it is valid, that it may generate ` +
        'timesheet reports, and that the secret holds it.',
    );
  }
  if (status === 404 || status === 410) return request.notFound(answered);
  return new LuccaRejectedError(`${answered}. Mend the request: it would fail again.`);
}

function redirected({ name, response, redact }: RefusedRequest): Error {
  const location = response.headers.get('Location');
  const target = location === null ? null : URL.parse(location, response.url);
  // Of a signed URL, the rest is a secret.
  const where = target === null ? '' : ` to ${redact(target.origin + target.pathname)}`;
  return new UnexpectedResponseError(
    `${name} answered ${response.status}, a redirect${where}, probably to a login page: expected an answer of Lucca's ` +
      'API. The key was not sent there. Check the domain.',
  );
}

function askedToWait(connection: LuccaConnection, request: LuccaRequest, refused: RefusedRequest): Error {
  const { name, response, refusal } = refused;
  const left = Math.floor((connection.deadline - connection.now) / 1000);
  const seconds = retryAfterSeconds(response.headers, connection.now);
  const isLimit = response.status === 429;
  const Busy = isLimit ? RateLimitedError : LuccaBusyError;
  if (seconds <= left) return new Busy(name, seconds);
  if (request.isPoll && left > 0) return new Busy(name, left);
  return new ReportTimedOutError(
    `${name} answered ${response.status} ${refusal.text} and asks to wait ${seconds} s, which is past the export's ` +
      `deadline ${new Date(connection.deadline).toISOString()}. ` +
      (isLimit
        ? "Spread the calls of this tenant's integrations: they share 50 requests a minute."
        : 'Start the export again when Lucca is back.'),
  );
}
