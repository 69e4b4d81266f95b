import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { LuccaAnswer } from '../../lambdas/lucca/http.ts';
import { openDownload } from '../../lambdas/report-file/download.ts';
import { LuccaUnavailableError, UnexpectedResponseError } from '../../lambdas/shared/errors.ts';
import { failureOf } from '../lambdas/support/failure.ts';
import { csvFragments, piecesOf, sizes } from './pieces.ts';
import { runs } from './support.ts';

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** An answer whose body comes in pieces of these sizes, over and over; it may break off after the last. */
function answerOf(
  bytes: Uint8Array,
  sizes: number[],
  headers: Record<string, string> = {},
  breaksOff = false,
): LuccaAnswer {
  async function* body() {
    yield* piecesOf(bytes, sizes);
    if (breaksOff) throw new LuccaUnavailableError('GET x broke off: terminated');
  }
  // Framed: HTTP itself tells where such an answer ends.
  const framed = new Headers({ 'Transfer-Encoding': 'chunked', ...headers });
  return { request: 'GET x', status: 200, headers: framed, body: body(), redact: (text) => text };
}

async function downloaded(answer: LuccaAnswer, format: 'csv' | 'excel' = 'csv') {
  const file = await openDownload(async () => answer, format);
  const pieces: Uint8Array[] = [];
  for await (const piece of file.bytes) pieces.push(piece);
  return { bytes: Buffer.concat(pieces), measures: file.measures() };
}

const refusal = /^GET x (answered|sent|broke off)/;

/** What is unsound about a download: it gives the very bytes and their measures, or one of two errors. */
async function resultOf(bytes: Uint8Array, answer: LuccaAnswer, format: 'csv' | 'excel' = 'csv') {
  const outcome = await downloaded(answer, format).catch((error: unknown) => error as Error);
  if (outcome instanceof UnexpectedResponseError || outcome instanceof LuccaUnavailableError) {
    return { faults: refusal.test(outcome.message) ? [] : [outcome.message], rows: undefined };
  }
  if (outcome instanceof Error) throw outcome;
  const { bytes: handedOn, measures } = outcome;
  const { rows } = measures;
  const sound = {
    bytes: handedOn.equals(bytes) && measures.bytes === bytes.byteLength,
    sha256: measures.sha256 === sha256(bytes),
    rows: rows === undefined || (Number.isSafeInteger(rows) && rows >= 0),
  };
  return { faults: Object.entries(sound).flatMap(([name, isSound]) => (isSound ? [] : [name])), rows };
}

const start = fc.constantFrom(
  '',
  'a;b\r\n',
  '"',
  '\uFEFF',
  '\uFEFF"a',
  '<html>',
  '<',
  '{"a":',
  '[[',
  '%PDF',
  'PK\u0003\u0004',
  ' \r\n',
  '\0a\0;',
  'a,b\r',
  '"a";"b"\r\n"',
  'a"b;"c',
);
const fragment = fc.constantFrom(...csvFragments);
const hostileBytes = fc
  .tuple(
    fc.oneof(
      start.map((text) => Buffer.from(text)),
      fc.constantFrom('fffe', 'feff', 'efbbbf', 'd0cf11e0').map((hex) => Buffer.from(hex, 'hex')),
    ),
    fc.oneof(
      fc.uint8Array({ maxLength: 3_000, size: 'max' }),
      fc.string({ unit: fragment, maxLength: 2_000, size: 'large' }).map((text) => Buffer.from(text)),
      fc.constant(Buffer.from('"'.repeat(5_000))),
    ),
  )
  .map((parts) => Buffer.concat(parts));
const format = fc.constantFrom('csv', 'excel');

test('whatever the bytes and their pieces, they are handed on as they came, or refused', async () => {
  const type = fc.constantFrom(
    'text/csv',
    'application/octet-stream',
    'text/html',
    'application/json',
    '\u00FF;',
  );
  await fc.assert(
    fc.asyncProperty(hostileBytes, sizes, format, type, async (bytes, sizes, format, type) => {
      const headers = { 'Content-Type': type, 'Content-Length': String(bytes.byteLength) };
      expect((await resultOf(bytes, answerOf(bytes, sizes, headers), format)).faults).toEqual([]);
    }),
    runs(200),
  );
});

test('a length that is not the one announced is always an error', async () => {
  const announced = fc.oneof(
    fc.nat(4_000).map(String),
    fc.constantFrom('', '-1', 'abc', '1e9', '10, 10', '0x'),
  );
  await fc.assert(
    fc.asyncProperty(hostileBytes, sizes, format, announced, async (bytes, sizes, format, announced) => {
      const length = announced === String(bytes.byteLength) ? `${announced}0` : announced;
      fc.pre(length !== '' || bytes.byteLength > 0);
      const error = await failureOf(downloaded(answerOf(bytes, sizes, { 'Content-Length': length }), format));
      expect(error).toBeInstanceOf(UnexpectedResponseError);
    }),
  );
});

test('a download that breaks off is always an error', async () => {
  await fc.assert(
    fc.asyncProperty(hostileBytes, sizes, format, async (bytes, sizes, format) => {
      const { name } = await failureOf(downloaded(answerOf(bytes, sizes, {}, true), format));
      expect(['LuccaUnavailableError', 'UnexpectedResponseError']).toContain(name);
    }),
  );
});
