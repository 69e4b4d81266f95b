import type { Dialect } from './csv-dialect.ts';
import { countOf, withoutQuoted } from './csv-text.ts';
import { decode } from './encoding.ts';
import { errorName } from './failure-words.ts';
import { isSaid } from './message.ts';

/** What programs of DOS end a file with. */
const endOfFile = '\x1A';

/** Whether the end of a text is the end of a line. */
export const endsWithLine = (end: string): boolean => /[\r\n]$/.test(end.replace(endOfFile, ''));

/** The last rows of a table, as far as they are known. */
export interface TableEnd {
  /** The last one that isn't blank. */
  last: string;
  /** Those at the end that lack columns of the header: totals, remarks, or what a server left that failed. */
  short: string[];
}

/**
 * @param tail the end of the file
 * @param starts where the last rows begin in it, in bytes
 */
export function tableEnd(tail: Buffer, starts: number[], dialect: Dialect): TableEnd {
  const rows = starts
    .map((start, row) => decode(tail.subarray(start, starts[row + 1]), dialect.encoding))
    .filter((row) => row.replace(endOfFile, '').replaceAll(/[\r\n]/g, '') !== '')
    .toReversed();
  const columns = separatorCounts(dialect);
  const firstWhole = rows.findIndex((row) => !lacks(row, columns));
  return { last: rows[0] ?? '', short: firstWhole === -1 ? rows : rows.slice(0, firstWhole) };
}

/** How often each separator stands in the header. Those at its end may be missing in rows. */
function separatorCounts({ header, separators }: Dialect): [separator: string, count: number][] {
  const names = header.replace(/(?<![;,\t|])[;,\t|]+$/, '');
  return separators
    .map((each): [string, number] => [each, countOf(each, names)])
    .filter(([, count]) => count > 0);
}

function lacks(row: string, columns: [separator: string, count: number][]): boolean {
  const fields = withoutQuoted(row);
  return columns.length > 0 && columns.every(([each, count]) => countOf(each, fields) < count);
}

/**
 * Whether servers have left this at the end of a table that fail after they have begun, and yet end their answer
 * properly: a page, JSON, an error with its stack trace, or a message.
 */
export const isForeign = ({ last, short }: TableEnd, { separators }: Dialect): boolean =>
  linesOf(last).some((line) => whole.test(line)) ||
  short
    .flatMap(linesOf)
    .some(
      (line) =>
        part.test(line) ||
        errorName.test(line) ||
        (!separators.some((each) => line.includes(each)) && !total.test(line) && isSaid(line)),
    );

/** Where quotes don't add up, the last row goes on to the end. */
const linesOf = (row: string) => row.split(/[\r\n]+/);

/** What names of groups stand behind. */
const total = /^"?(sub|sous-|zwischen)?(total|summe|gesamt|totaal|totale)\b/i;

/** What is no row, however many columns it may seem to have: the start or end of a page, JSON, a stack frame. */
const whole =
  /^\s*(<(!doctype|html|\?xml|error)\b|\{\s*"|\[\s*\{|(at|à|bei|en|in) [\w<>[\]`+]+\.[\w.<>[\]`+]+\(|\.\.\. \d+ more|([\w$]+\.)+\w*(exception|error)\b)|<\/html>\s*$/i;

/** What is no part of a row that lacks columns: a tag, or JSON. */
const part = /<\/?(!doctype|html|head|body|title|h1|p|div|table|tr|td|pre|br)\b|\{\s*"|^\s*[{}[\]],?\s*$/i;
