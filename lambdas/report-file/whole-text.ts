import { type Dialect, dialectOf } from './csv-dialect.ts';
import { delimiters, withoutQuoted } from './csv-text.ts';
import { decode, encodingOf } from './encoding.ts';
import type { FileCheck } from './file-check.ts';
import { isFailure } from './message.ts';

/** How much of the end is looked at, in bytes. */
const keptBytes = 4096;

/**
 * Whether a CSV is text to its end. Of one byte a character, it has no zero bytes: where a disk or a proxy lost a part,
 * they stand in its stead.
 * @param head the start of the file
 */
export function wholeText(head: Buffer): FileCheck {
  const { encoding } = encodingOf(head);
  const dialect = dialectOf(head);
  let isBinary = false;
  let tail = Buffer.alloc(0);
  let total = 0;
  return {
    isProof: false,
    add: (piece) => {
      isBinary ||= encoding === 'bytes' && piece.includes(0);
      tail = Buffer.concat([tail, piece.subarray(-keptBytes)]).subarray(-keptBytes);
      total += piece.byteLength;
    },
    problem: (isFramed) => {
      if (isBinary) return 'text with zero bytes in it';
      if (encoding !== 'bytes' && total % 2 === 1) return 'UTF-16 that ends within a character: it is cut';
      if (!isFramed && !/[\r\n]$/.test(decode(tail, encoding))) {
        return 'text that ends within a line, and without its length: it may be cut';
      }
      if (dialect?.rowsAt === undefined || dialect.rowsAt === total) return undefined;
      const rows = decode(tail.subarray(dialect.rowsAt - total), encoding);
      // The first of the kept lines has lost its start, unless it is the first row.
      return strangeEnd(total - dialect.rowsAt > tail.length ? rows.replace(/^[^\r\n]*/, '') : rows, dialect);
    },
  };
}

/**
 * What servers leave that fail after they have begun, and yet end their answer properly: a line that lacks columns and
 * its end, or a line that is no part of the table.
 * @param end the last rows
 */
function strangeEnd(end: string, dialect: Dialect): string | undefined {
  const lines = end.split(/\r\n|\n|\r/);
  const last = lines.findLast((line) => line.trim() !== '') ?? '';
  // One that ends what an earlier line began in quotes may be anything.
  const isKnown = last.split('"').length % 2 === 1;
  if (!isKnown || !lacksColumns(last, dialect)) return undefined;
  if (lines.at(-1) !== '') return 'text that ends within a line: it is cut';
  if (!/^\s*<[a-z!/]/i.test(last) && !isFailure(last)) return undefined;
  return 'a table with a message at its end: Lucca failed after it had begun';
}

/** Whether a line has fewer columns than the header; where its delimiter isn't known, whichever of them it is. */
function lacksColumns(line: string, { header, delimiter }: Dialect): boolean {
  const possible = delimiter === undefined ? delimiters : [delimiter];
  const inHeader = possible.filter((delimiter) => header.includes(delimiter));
  return (
    inHeader.length > 0 && inHeader.every((delimiter) => count(delimiter, line) < count(delimiter, header))
  );
}

const count = (delimiter: string, line: string) => withoutQuoted(line).split(delimiter).length - 1;
