import type { Dialect } from './csv-dialect.ts';
import { delimiters, withoutQuoted } from './csv-text.ts';
import { decode } from './encoding.ts';
import { isSaid } from './message.ts';

/** What programs of DOS end a file with. */
const endOfFile = '\x1A';

/** Whether the end of a text is the end of a line. */
export const endsWithLine = (end: string): boolean => /[\r\n]$/.test(end.replace(endOfFile, ''));

/**
 * The rows at the end of a table that lack columns of its header, the last one first. Servers that fail after they have
 * begun, and yet end their answer properly, leave such rows: half of one, a page, an error with its stack trace.
 * @param tail the end of the file
 * @param starts where the last rows begin in it, in bytes
 */
export function shortRows(tail: Buffer, starts: number[], dialect: Dialect): string[] {
  const rows = starts
    .map((start, row) => decode(tail.subarray(start, starts[row + 1]), dialect.encoding))
    .filter((row) => row.replace(endOfFile, '').trim() !== '')
    .toReversed();
  const firstWhole = rows.findIndex((row) => !lacksColumns(row, dialect));
  return firstWhole === -1 ? rows : rows.slice(0, firstWhole);
}

/** Whichever delimiter it is that a header holds, `Nom, prénom;Temps`: each of them stands less often in the row. */
function lacksColumns(row: string, { header, delimiter }: Dialect): boolean {
  const names = header.replace(/[;,\t|]+$/, '');
  const inHeader = [...delimiters, delimiter ?? delimiters[0]!].filter((each) => names.includes(each));
  return inHeader.length > 0 && inHeader.every((each) => count(each, row) < count(each, names));
}

const count = (delimiter: string, line: string) => withoutQuoted(line).split(delimiter).length - 1;

export const hasDelimiter = (row: string): boolean =>
  delimiters.some((delimiter) => withoutQuoted(row).includes(delimiter));

/** Whether a row is a page, JSON or a message. */
export const isForeign = (row: string): boolean => /^\s*(<[a-z!/]|\{\s*")/i.test(row) || isSaid(row);
