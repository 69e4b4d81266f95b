import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { LuccaAnswer } from '../../lambdas/lucca/http.ts';
import { openDownload } from '../../lambdas/report-file/download.ts';
import { LuccaUnavailableError, UnexpectedResponseError } from '../../lambdas/shared/errors.ts';
import { failureOf } from '../lambdas/support/failure.ts';
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
    for (let start = 0, piece = 0; start < bytes.byteLength; piece++) {
      const end = start + sizes[piece % sizes.length]!;
      yield bytes.subarray(start, end);
      start = end;
    }
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
  return { bytes: Buffer.concat(pieces), measures: await file.measures() };
}

/** Pieces that are empty come too, but not alone. */
const sizes = fc
  .tuple(fc.array(fc.oneof(fc.nat(5), fc.nat(2_000)), { maxLength: 5 }), fc.integer({ min: 1, max: 1_500 }))
  .map(([some, one]) => [...some, one]);

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
const fragment = fc.constantFrom(
  '"',
  '""',
  ';',
  ',',
  '\t',
  '\r',
  '\n',
  '\r\n',
  '\0',
  'é',
  'a',
  '\uFEFF',
  ' ',
);
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

/** Characters that windows-1252 writes as Latin-1 does, so that a test can write them in either. */
const character = fc.constantFrom(
  'a',
  'Z',
  '7',
  ' ',
  'é',
  'ÿ',
  ';',
  ',',
  '\t',
  '"',
  '\n',
  '\r',
  '\r\n',
  '\0',
  "'",
  '=',
  '7,5',
  '""',
  '";',
);
const word = fc.stringMatching(/^[A-Za-zé]{2,8}$/);
const text = fc.string({ unit: character, maxLength: 8 });
/** Begins like a header, and holds anything after that. */
const title = fc.oneof(
  word,
  fc.tuple(word, text).map(([start, rest]) => start + rest),
);

const table = fc.integer({ min: 2, max: 4 }).chain((columns) => {
  const row = (cell: fc.Arbitrary<string>) => fc.array(cell, { minLength: columns, maxLength: columns });
  return fc.record({ header: row(title), rows: fc.array(row(text), { maxLength: 60, size: 'medium' }) });
});

const style = fc.record({
  delimiter: fc.constantFrom(';', ',', '\t'),
  lineBreak: fc.constantFrom('\r\n', '\n', '\r'),
  endsWithLineBreak: fc.boolean(),
  quoting: fc.constantFrom('all', 'needed', 'none'),
});

interface Table {
  header: string[];
  rows: string[][];
}
interface Style {
  delimiter: string;
  lineBreak: string;
  endsWithLineBreak: boolean;
  quoting: string;
}

const quoted = (cell: string) => `"${cell.replaceAll('"', '""')}"`;

/** CSV as RFC 4180 has it; without quotes, a cell holds only what needs none. */
function csvOf({ header, rows }: Table, { delimiter, lineBreak, endsWithLineBreak, quoting }: Style): string {
  const cellText = (cell: string, needsQuotes: RegExp) => {
    if (quoting === 'none') return cell.replaceAll(/[";,\t\r\n]/g, '');
    return quoting === 'all' || needsQuotes.test(cell) ? quoted(cell) : cell;
  };
  const lines = [
    // The header tells the delimiter, so that it holds no other one outside quotes.
    header.map((cell) => cellText(cell, /[";,\t\r\n]/)).join(delimiter),
    ...rows.map((row) =>
      row.map((cell) => cellText(cell, new RegExp(`["${delimiter}\r\n]`))).join(delimiter),
    ),
  ];
  return lines.join(lineBreak) + (endsWithLineBreak ? lineBreak : '');
}

test.each<[string, (csv: string) => Buffer]>([
  ['in UTF-8', (csv) => Buffer.from(csv)],
  ['in UTF-8 with a byte order mark', (csv) => Buffer.from(`\uFEFF${csv}`)],
  ['in windows-1252', (csv) => Buffer.from(csv, 'latin1')],
  ['in UTF-16', (csv) => Buffer.from(`\uFEFF${csv}`, 'utf16le')],
])('a CSV %s is handed on as it came, its rows counted', async (_, encode) => {
  await fc.assert(
    fc.asyncProperty(table, style, sizes, async (table, style, sizes) => {
      const bytes = encode(csvOf(table, style));
      const headers = { 'Content-Length': String(bytes.byteLength) };
      const result = await resultOf(bytes, answerOf(bytes, sizes, headers));
      expect(result).toEqual({ faults: [], rows: table.rows.length });
    }),
    runs(100),
  );
});

test('a CSV in big-endian UTF-16 is handed on as it came, its rows counted rightly or not at all', async () => {
  await fc.assert(
    fc.asyncProperty(table, style, sizes, async (table, style, sizes) => {
      const bytes = Buffer.from(`\uFEFF${csvOf(table, style)}`, 'utf16le').swap16();
      const { faults, rows } = await resultOf(bytes, answerOf(bytes, sizes));
      expect(faults).toEqual([]);
      expect([table.rows.length, undefined]).toContain(rows);
    }),
    runs(100),
  );
});
