import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { LuccaAnswer } from '../../../lambdas/lucca/http.ts';
import { openDownload } from '../../../lambdas/report-file/download.ts';
import { failureOf } from '../support/failure.ts';

const request = 'GET https://acme.ilucca.net/timmi-timesheet/api/reports/7/download-csv';

/** An answer whose headers say what HTTP itself would not let pass. */
function answerOf(
  pieces: string[],
  headers: Record<string, string> = {},
): LuccaAnswer & { released: () => boolean } {
  let released = false;
  async function* body() {
    try {
      for (const piece of pieces) yield Buffer.from(piece);
    } finally {
      released = true;
    }
  }
  return {
    request,
    headers: new Headers(headers),
    body: body(),
    redact: (text) => text,
    released: () => released,
  };
}

async function drain(bytes: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of bytes) pieces.push(piece);
  return Buffer.concat(pieces);
}

describe('the length of a download', () => {
  test.each<[string, Record<string, string>]>([
    ['that was announced', { 'Content-Length': '10' }],
    ['that nobody announced', {}],
    ['that was announced of the compressed bytes', { 'Content-Length': '5', 'Content-Encoding': 'gzip' }],
  ])('%s is accepted', async (_, headers) => {
    const file = await openDownload(answerOf(['a;b\r\n', '1;2\r\n'], headers), 'csv');
    expect((await drain(file.bytes)).toString()).toBe('a;b\r\n1;2\r\n');
  });

  test.each(['9', '11', '10000000'])(
    'of 10 bytes where %s were announced is an UnexpectedResponseError',
    async (length) => {
      const file = await openDownload(answerOf(['a;b\r\n', '1;2\r\n'], { 'Content-Length': length }), 'csv');
      const error = await failureOf(drain(file.bytes));
      expect(error.name).toBe('UnexpectedResponseError');
      expect(error.message).toBe(`${request} sent 10 bytes: expected the ${length} announced.`);
    },
  );
});

test.each<[string, string[]]>([
  ['in one piece', ['a;b\r\n1;2\r\n']],
  ['byte by byte', 'a;b\r\n1;2\r\n'.split('')],
  ['with a start longer than what tells its kind', ['a;b\r\n', '1;2\r\n'.repeat(500), '3;4\r\n']],
])('a file that comes %s is measured and handed on untouched', async (_, pieces) => {
  const whole = Buffer.from(pieces.join(''));
  const file = await openDownload(answerOf(pieces), 'csv');
  expect((await drain(file.bytes)).equals(whole)).toBe(true);
  expect(await file.measures()).toEqual({
    bytes: whole.byteLength,
    sha256: createHash('sha256').update(whole).digest('hex'),
    rows: pieces.join('').split('\r\n').length - 2,
  });
});

test('no rows are counted in an Excel file', async () => {
  const file = await openDownload(answerOf(['PK\u0003\u0004', 'a;b\r\n1;2\r\n']), 'excel');
  await drain(file.bytes);
  expect(await file.measures()).not.toHaveProperty('rows');
});

test('a file of the wrong kind is not read to its end, and its connection is released', async () => {
  const answer = answerOf(['<html>', 'x'.repeat(2000), 'never wanted']);
  expect((await failureOf(openDownload(answer, 'csv'))).message).toBe(
    `${request} answered a web page: expected a CSV file.`,
  );
  expect(answer.released()).toBe(true);
});

const redact = (text: string) => text.replaceAll('secret', '[API key]');

test('an API key that the type echoes is not shown', async () => {
  const answer = answerOf(['a;b'], { 'Content-Type': 'text/html; key=secret' });
  expect((await failureOf(openDownload({ ...answer, redact }, 'csv'))).message).toBe(
    `${request} answered a document of type text/html; key=[API key]: expected a CSV file.`,
  );
});

test('an empty body is called so', async () => {
  expect((await failureOf(openDownload(answerOf([]), 'csv'))).message).toBe(
    `${request} answered an empty body: expected a CSV file.`,
  );
});
