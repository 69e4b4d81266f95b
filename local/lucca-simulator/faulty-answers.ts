import { json, loginPage, loginPath, problem } from './answers.ts';
import type { Answer } from './answers.ts';
import type { Fault } from './faults.ts';
import { isDownload } from './report-files.ts';
import type { Operation } from './routes.ts';

interface Asked {
  operation: Operation;
  authorization: string;
  /** Milliseconds since the epoch. */
  at: number;
}

/** The answer that a fault gives in place of the right one, if it does. */
export function wrongAnswer(fault: Fault | undefined, asked: Asked): Answer | undefined {
  switch (fault?.kind) {
    case 'status':
      return statusAnswer(fault, asked.at);
    case 'echoKey':
      return problem(
        fault.status ?? 400,
        `Could not handle the header "Authorization: ${asked.authorization}".`,
      );
    case 'html':
      return loginPage;
    case 'json':
      return isDownload(asked.operation)
        ? file(Buffer.from('{"message":"The report is not available."}'))
        : json(200, { message: 'Lucca is being maintained.' });
    default:
      return undefined;
  }
}

function statusAnswer(fault: Fault & { kind: 'status' }, now: number): Answer {
  const { status, body } = fault;
  const headers = {
    ...(status === 302 && { Location: loginPath }),
    ...(fault.retryAfter !== undefined && {
      'Retry-After': retryAfter(fault.retryAfter, fault.retryAfterAs, now),
    }),
    ...fault.headers,
  };
  if (body === undefined) return problem(status, 'A fault of the simulator answers so.', { headers });
  const answer = typeof body === 'string' ? text(status, body) : json(status, body);
  return { ...answer, headers: { ...answer.headers, ...headers } };
}

const retryAfter = (seconds: number, as: 'seconds' | 'httpDate' = 'seconds', now: number) =>
  as === 'seconds' ? String(seconds) : new Date(now + seconds * 1000).toUTCString();

const text = (status: number, body: string): Answer => ({
  status,
  headers: { 'Content-Type': 'text/plain; charset=utf-8' },
  body: Buffer.from(body),
});

const file = (body: Buffer): Answer => ({
  status: 200,
  headers: { 'Content-Type': 'application/octet-stream' },
  body,
});

/** The right answer, distorted where the fault asks for it. Errors are left as they are. */
export function distortAnswer(answer: Answer, fault: Fault | undefined, operation: Operation): Answer {
  if (answer.status >= 300) return answer;
  switch (fault?.kind) {
    case 'empty':
      return { status: answer.status, headers: answer.headers, body: Buffer.alloc(0) };
    case 'missingId':
      return withBody(answer, ({ id: _id, ...rest }) => rest);
    case 'stringId':
      return {
        ...withBody(answer, (body) => ({
          ...body,
          id: String(body['id']),
          ...(typeof body['templateId'] === 'number' && { templateId: String(body['templateId']) }),
          links: { self: null },
          version: 2,
        })),
        status: operation === 'createReport' ? 201 : answer.status,
      };
    default:
      return answer;
  }
}

type Fields = Record<string, unknown>;

const withBody = (answer: Answer, change: (body: Fields) => Fields): Answer =>
  Buffer.isBuffer(answer.body) ? answer : { ...answer, body: change(answer.body) };
