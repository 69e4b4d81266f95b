import { asBuffer, createTail } from './bytes.ts';
import { dialectOf } from './csv-dialect.ts';
import { decode, encodingOf, endsWithinCharacter } from './encoding.ts';
import type { FileCheck } from './file-check.ts';
import { createRowCounter } from './row-count.ts';
import { endsWithLine, isForeign, tableEnd } from './table-end.ts';

/** How much of the end is looked at, in bytes. */
const keptBytes = 16 * 1024;

/**
 * Whether a CSV is text to its end, and how many rows it has. It has no zero bytes, nor such characters in UTF-16: where
 * a disk or a proxy lost a part, they stand in its stead.
 * @param head the start of the file
 */
export function wholeText(head: Buffer): FileCheck {
  const { encoding } = encodingOf(head);
  const dialect = dialectOf(head);
  const rows = createRowCounter(dialect);
  const zeros = Buffer.alloc(encoding === 'bytes' ? 1 : 4);
  let isBinary = false;
  const tail = createTail(keptBytes);
  let total = 0;
  const end = () => {
    if (dialect === undefined) return undefined;
    const bytes = tail.bytes();
    const kept = total - bytes.length;
    const starts = rows.lastStarts().filter((start) => start >= kept);
    return tableEnd(
      bytes,
      starts.map((start) => start - kept),
      dialect,
    );
  };
  return {
    isProof: false,
    add: (piece) => {
      isBinary ||= asBuffer(piece).includes(zeros);
      tail.add(piece);
      total += piece.byteLength;
      rows.add(piece);
    },
    problem: (isFramed) => {
      const isEnded = endsWithLine(decode(tail.bytes().subarray(-4), encoding));
      if (isBinary) return 'text with zero bytes in it';
      if (endsWithinCharacter(head, tail.bytes(), total))
        return 'text that ends within a character: it is cut';
      if (!isFramed && !isEnded) return 'text that ends within a line, and without its length: it may be cut';
      if (!isEnded && rows.isWithinQuotes()) return 'text that ends within quotes: it is cut';
      if (isChunked(head, tail.bytes())) return 'text in chunks: something between has framed it twice';
      const rowsAtEnd = end();
      if (rowsAtEnd === undefined) return undefined;
      if (!isEnded && rowsAtEnd.short.some((row) => row.trim() !== '')) {
        return 'text that ends within a line: it is cut';
      }
      if (!isForeign(rowsAtEnd, dialect!)) return undefined;
      return 'a table with a message at its end: Lucca failed after it had begun';
    },
    // Whether the last ones are rows, or a total or a remark such as `(67 rows)`, nobody can know.
    rows: () => (end()?.short.length === 0 && dialect?.mayBeTitle === false ? rows.end() : undefined),
  };
}

/** Whether the chunks in which HTTP sends a body have become part of it: sizes in hexadecimal, the last one 0. */
const isChunked = (head: Buffer, tail: Buffer) =>
  /^[\da-f]+(;[^\r\n]*)?\r\n/i.test(head.toString('latin1', 0, 100)) &&
  tail.subarray(-7).toString('latin1') === '\r\n0\r\n\r\n';
