import { STATUS_CODES } from 'node:http';

/** What Lucca answers: a JSON object, or the bytes of a file or page. */
export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: Record<string, unknown> | Buffer;
  /** Called once every byte was handed over: a download that was cut is none. */
  whenDelivered?: () => void;
}

export const json = (status: number, body: Record<string, unknown>): Answer => ({
  status,
  headers: { 'Content-Type': 'application/json; charset=utf-8' },
  body,
});

/** An error as Lucca describes it: RFC 9457 problem details, with a map of `errors` by field for bad input. */
export const problem = (
  status: number,
  detail: string,
  options: { errors?: Record<string, string[]>; headers?: Record<string, string> } = {},
): Answer => ({
  status,
  headers: { 'Content-Type': 'application/problem+json; charset=utf-8', ...options.headers },
  body: {
    type: `https://httpwg.org/specs/rfc9110.html#status.${status}`,
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail,
    ...(options.errors && { errors: options.errors }),
  },
});

export const invalid = (errors: Record<string, string[]>): Answer =>
  problem(400, 'One or more validation errors occurred.', { errors });

export const loginPath = '/login';

/** The page on which a browser without a session ends up, whatever it asked for. */
export const loginPage: Answer = {
  status: 200,
  headers: { 'Content-Type': 'text/html; charset=utf-8' },
  body: Buffer.from(
    '<!DOCTYPE html>\n<html lang="fr"><head><title>Connexion | Lucca</title></head>' +
      '<body><form method="post" action="/login"><label>Identifiant <input name="login"></label></form></body></html>\n',
  ),
};

/** The first half of a body that is cut. */
export const half = (bytes: Buffer): Buffer => bytes.subarray(0, Math.floor(bytes.length / 2));

export const bytesOf = (answer: Answer): Buffer =>
  Buffer.isBuffer(answer.body) ? answer.body : Buffer.from(JSON.stringify(answer.body));
