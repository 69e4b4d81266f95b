import { gzipSync } from 'node:zlib';
import { zipSync } from 'fflate';
import { bytesOf, half, json, loginPage, loginPath, problem } from './answers.ts';
import type { Answer } from './answers.ts';
import type { Fault, OtherFile } from './faults.ts';
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
        `Could not handle the header "Authorization: ${echo(asked.authorization, fault.form)}".`,
      );
    case 'html':
      return fault.status === undefined ? loginPage : { ...loginPage, status: fault.status };
    case 'otherStatus':
      return json(
        200,
        fault.of === 'service'
          ? { status: 'error', message: 'Try again later.' }
          : { id: 999_999, status: 'done' },
      );
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

const echo = (authorization: string, form?: (Fault & { kind: 'echoKey' })['form']): string => {
  switch (form) {
    case 'lowerCase':
      return authorization.toLowerCase();
    case 'upperCase':
      return authorization.toUpperCase();
    case 'bare':
      return authorization.replaceAll('-', '');
    case 'urlEncoded':
      return authorization.replaceAll(/[^=]/g, (character) => `%${character.charCodeAt(0).toString(16)}`);
    case 'base64':
      return Buffer.from(authorization).toString('base64');
    default:
      return authorization;
  }
};

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
    case 'byteOrderMark':
      return { ...answer, body: Buffer.from(`\uFEFF${bytesOf(answer).toString()}`) };
    case 'partial':
      return partOf(answer);
    case 'compressed':
      return compressed(answer, fault.cut ?? false);
    case 'otherFile':
      return { ...answer, body: otherFiles[fault.as](bytesOf(answer)) };
    default:
      return answer;
  }
}

function partOf(answer: Answer): Answer {
  const bytes = bytesOf(answer);
  const body = half(bytes);
  const range = { 'Content-Range': `bytes 0-${body.length - 1}/${bytes.length}` };
  return { ...answer, status: 206, headers: { ...answer.headers, ...range }, body };
}

function compressed(answer: Answer, cut: boolean): Answer {
  const body = gzipSync(bytesOf(answer));
  return {
    ...answer,
    headers: { ...answer.headers, 'Content-Encoding': 'gzip' },
    body: cut ? half(body) : body,
  };
}

const otherFiles: Record<OtherFile, (file: Buffer) => Buffer> = {
  gzip: (file) => gzipSync(file),
  zip: (file) => Buffer.from(zipSync({ 'report.csv': file })),
  base64: (file) => Buffer.from(file.toString('base64')),
  jsonText: (file) => Buffer.from(JSON.stringify(file.toString())),
  sentence: () => Buffer.from('The database is too busy. Please try again in a few minutes.\n'),
  zeros: (file) => Buffer.concat([half(file), Buffer.alloc(file.length - half(file).length)]),
  // Within the first value of its last line.
  cutLine: (file) => file.subarray(0, file.lastIndexOf('\n', file.length - 3) + 3),
  pageAtEnd: (file) => Buffer.concat([file, Buffer.from('<html><h1>Server Error</h1></html>\r\n')]),
};

type Fields = Record<string, unknown>;

const withBody = (answer: Answer, change: (body: Fields) => Fields): Answer =>
  Buffer.isBuffer(answer.body) ? answer : { ...answer, body: change(answer.body) };
