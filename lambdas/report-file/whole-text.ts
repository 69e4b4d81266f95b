import { delimiters, withoutQuoted } from './csv-text.ts';
import { decodeHead, encodingOf } from './encoding.ts';
import type { FileCheck } from './file-check.ts';
import { isSaid } from './message.ts';

/** How much of the end is looked at, in bytes. */
const keptBytes = 4096;

/**
 * Whether a CSV is text to its end. Of one byte a character, it has no zero bytes: where a disk or a proxy lost a part,
 * they stand in its stead.
 * @param head the start of the file
 */
export function wholeText(head: Buffer): FileCheck {
  const encoding = encodingOf(head);
  let isBinary = false;
  let tail = Buffer.alloc(0);
  return {
    isProof: false,
    add: (piece) => {
      isBinary ||= encoding === 'bytes' && piece.includes(0);
      tail = Buffer.concat([tail, piece.subarray(-keptBytes)]).subarray(-keptBytes);
    },
    problem: (isFramed) => {
      if (isBinary) return 'text with zero bytes in it';
      const [first] = decodeHead(head).split(/[\r\n]/, 1) as [string];
      const end = encoding === 'bytes' ? tail.toString('latin1') : wideText(tail, encoding);
      return strangeEnd(first, end) ?? (isFramed || /[\r\n]$/.test(end) ? undefined : cut);
    },
  };
}

const cut = 'text that ends within a line, and without its length: it may be cut';

function wideText(tail: Buffer, encoding: 'utf16le' | 'utf16be'): string {
  const units = Buffer.from(tail.subarray(tail.length % 2));
  return (encoding === 'utf16be' ? units.swap16() : units).toString('utf16le');
}

/**
 * What servers leave that fail after they have begun, and yet end their answer properly: a line that lacks columns and
 * its end, or a line that is no part of the table.
 */
function strangeEnd(header: string, end: string): string | undefined {
  const lines = end.split(/\r\n|\n|\r/);
  const last = lines.findLast((line) => line.trim() !== '') ?? '';
  // The header is a line of its own, and one that begins in quotes may be anything.
  const isKnown = lines.length > 2 && last.split('"').length % 2 === 1;
  if (!isKnown || !lacksColumns(last, header)) return undefined;
  if (lines.at(-1) !== '') return 'text that ends within a line: it is cut';
  if (!/^\s*<[a-z!/]/i.test(last) && !isSaid(last)) return undefined;
  return 'a table with a message at its end: Lucca failed after it had begun';
}

/** Whether a line has fewer columns than the header, whichever of its punctuation is the delimiter. */
function lacksColumns(line: string, header: string): boolean {
  const inHeader = delimiters.filter((delimiter) => count(delimiter, header) > 0);
  return (
    inHeader.length > 0 && inHeader.every((delimiter) => count(delimiter, line) < count(delimiter, header))
  );
}

const count = (delimiter: string, line: string) => withoutQuoted(line).split(delimiter).length - 1;
