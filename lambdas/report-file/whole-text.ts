import { dialectOf } from './csv-dialect.ts';
import { decode, encodingOf } from './encoding.ts';
import type { FileCheck } from './file-check.ts';
import { createRowCounter } from './row-count.ts';
import { endsWithLine, hasDelimiter, isForeign, shortRows } from './table-end.ts';

/** How much of the end is looked at, in bytes. */
const keptBytes = 16 * 1024;

/**
 * Whether a CSV is text to its end, and how many rows it has. Of one byte a character, it has no zero bytes: where a
 * disk or a proxy lost a part, they stand in its stead.
 * @param head the start of the file
 */
export function wholeText(head: Buffer): FileCheck {
  const { encoding } = encodingOf(head);
  const dialect = dialectOf(head);
  const rows = createRowCounter(dialect);
  let isBinary = false;
  let tail = Buffer.alloc(0);
  let total = 0;
  const rowsAtEnd = () => {
    const kept = total - tail.length;
    const starts = rows.lastStarts().filter((start) => start >= kept);
    return dialect === undefined
      ? []
      : shortRows(
          tail,
          starts.map((start) => start - kept),
          dialect,
        );
  };
  return {
    isProof: false,
    add: (piece) => {
      isBinary ||= encoding === 'bytes' && piece.includes(0);
      tail = Buffer.concat([tail, piece.subarray(-keptBytes)]).subarray(-keptBytes);
      total += piece.byteLength;
      rows.add(piece);
    },
    problem: (isFramed) => {
      const isEnded = endsWithLine(decode(tail.subarray(-4), encoding));
      if (isBinary) return 'text with zero bytes in it';
      if (encoding !== 'bytes' && total % 2 === 1) return 'UTF-16 that ends within a character: it is cut';
      if (!isFramed && !isEnded) return 'text that ends within a line, and without its length: it may be cut';
      if (!isEnded && rows.isWithinQuotes()) return 'text that ends within quotes: it is cut';
      const short = rowsAtEnd();
      if (!isEnded && short.length > 0) return 'text that ends within a line: it is cut';
      if (!short.some(isForeign)) return undefined;
      return 'a table with a message at its end: Lucca failed after it had begun';
    },
    // Whether the last one is a row, or a remark such as `(67 rows)`, nobody can know.
    rows: () => (rowsAtEnd().every(hasDelimiter) ? rows.end() : undefined),
  };
}
