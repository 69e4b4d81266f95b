import { parse } from 'csv-parse/sync';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { sniffedBytes } from '../../lambdas/report-file/sniff.ts';
import { wholeText } from '../../lambdas/report-file/whole-text.ts';
import { piecesOf, sizes } from './pieces.ts';
import { runs } from './support.ts';

/** What the product counts. */
function rowsOf(bytes: Buffer, sizes: number[]): number | undefined {
  const counter = wholeText(bytes.subarray(0, sniffedBytes));
  for (const piece of piecesOf(bytes, sizes)) counter.add(piece);
  return counter.rows?.();
}

/** Records that a CSV library sees. */
const recordsOf = (csv: string, delimiter: string) =>
  parse(csv, { delimiter, relax_column_count: true, relax_quotes: true, skip_empty_lines: true }).length;

/** Characters that windows-1252 writes as Latin-1 does. */
const character = fc.oneof(
  fc.constantFrom('a', 'Z', '7', ' ', 'é', 'ÿ', "'", '=', '7,5'),
  fc.constantFrom(';', ',', '\t', '|', '"', '""', '";', '\n', '\r', '\r\n'),
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
interface Table {
  header: string[];
  rows: string[][];
}

const lineBreak = fc.constantFrom('\r\n', '\n', '\r');
const style = fc.record({
  delimiter: fc.constantFrom(';', ',', '\t', '|'),
  lineBreak,
  endsWithLineBreak: fc.boolean(),
  quoting: fc.constantFrom('all', 'needed', 'loose', 'none'),
});
interface Style {
  delimiter: string;
  lineBreak: string;
  endsWithLineBreak: boolean;
  quoting: string;
}

/** A cell in a style. Where quoting is loose, quotes stand within words as they are. */
function cellText(cell: string, { quoting }: Style, special: string): string {
  if (quoting === 'none') return cell.replaceAll(/[";,\t|\r\n]/g, '');
  const needsQuotes = quoting === 'loose' ? /^"|[;,\t|\r\n]/ : new RegExp(`["\r\n${special}]`);
  return quoting === 'all' || needsQuotes.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

/** @param headerSpecial what is quoted in the header besides quotes and line breaks */
function csvOf({ header, rows }: Table, style: Style, headerSpecial: string): string {
  const { delimiter, lineBreak, endsWithLineBreak } = style;
  const lines = [
    header.map((cell) => cellText(cell, style, headerSpecial)),
    ...rows.map((row) => row.map((cell) => cellText(cell, style, delimiter))),
  ].map((cells) => cells.join(delimiter));
  return lines.join(lineBreak) + (endsWithLineBreak ? lineBreak : '');
}

const encodings: [string, (csv: string) => Buffer][] = [
  ['in UTF-8', (csv) => Buffer.from(csv)],
  ['in UTF-8 with a byte order mark', (csv) => Buffer.from(`\uFEFF${csv}`)],
  ['in windows-1252', (csv) => Buffer.from(csv, 'latin1')],
  ['in UTF-16', (csv) => Buffer.from(`\uFEFF${csv}`, 'utf16le')],
  ['in big-endian UTF-16', (csv) => Buffer.from(`\uFEFF${csv}`, 'utf16le').swap16()],
];

test.each(encodings)(
  'the rows of a CSV %s are those written, and those that a library reads',
  (_, encode) => {
    fc.assert(
      fc.property(table, style, sizes, (table, style, sizes) => {
        const csv = csvOf(table, style, ';,\t|');
        expect(rowsOf(encode(csv), sizes)).toBe(table.rows.length);
        expect(recordsOf(csv, style.delimiter) - 1).toBe(table.rows.length);
      }),
      runs(60),
    );
  },
);

test.each(encodings)('they are known behind a line that names the delimiter %s', (_, encode) => {
  const separatorLine = fc.tuple(fc.constantFrom('sep=', 'SEP='), fc.constantFrom('', '"'), lineBreak);
  fc.assert(
    fc.property(table, style, separatorLine, sizes, (table, style, [sep, quote, lineBreak], sizes) => {
      const separatorLine = `${quote}${sep}${style.delimiter}${quote}${lineBreak}`;
      const csv = csvOf(table, style, style.delimiter);
      expect(rowsOf(encode(separatorLine + csv), sizes)).toBe(table.rows.length);
    }),
    runs(30),
  );
});

test('where the header holds several delimiters, they are those written or unknown', () => {
  const strict = style.map((style) => ({ ...style, quoting: style.quoting === 'all' ? 'all' : 'needed' }));
  fc.assert(
    fc.property(table, strict, sizes, (table, style, sizes) => {
      const rows = rowsOf(Buffer.from(csvOf(table, style, style.delimiter)), sizes);
      expect([table.rows.length, undefined]).toContain(rows);
    }),
    runs(300),
  );
});

test('of any text, they are those that a library reads or unknown', () => {
  const unit = fc.constantFrom(
    '"',
    '""',
    ';',
    ',',
    '|',
    'a',
    ' ',
    'é',
    '\r',
    '\n',
    'BREAK',
    'BREAK',
    '";',
    ';"',
  );
  const body = fc.string({ unit, maxLength: 40 });
  fc.assert(
    fc.property(body, lineBreak, sizes, (body, lineBreak, sizes) => {
      const csv = `a;b${lineBreak}${body.replaceAll('BREAK', lineBreak)}`;
      const rows = rowsOf(Buffer.from(csv), sizes);
      fc.pre(rows !== undefined);
      expect(recordsOf(csv, ';') - 1).toBe(rows);
    }),
    runs(500),
  );
});
