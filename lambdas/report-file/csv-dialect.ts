import { countOf, delimiters, hasColumns, withoutQuoted } from './csv-text.ts';
import { type Encoding, encodingOf, unitBytes } from './encoding.ts';
import { createNarrower } from './utf16.ts';

/** What the start of a CSV tells of how to read the rest. Places are in bytes. */
export interface Dialect {
  encoding: Encoding;
  /** Where the header begins: after a byte order mark and a line such as `sep=;`. */
  headerAt: number;
  /** The header, which may take several lines, with nothing left of what stands in quotes. */
  header: string;
  /** Where the rows begin, or undefined where the header's end isn't in sight. */
  rowsAt: number | undefined;
  /** Undefined where the header holds none, or it can't be told which of several it is. */
  delimiter: string | undefined;
  /** What separates columns: the delimiter where it is certain, else all that the header holds. */
  separators: string[];
  /** Whether what stands first may be a title, or one row of a header of several. */
  mayBeTitle: boolean;
}

/** How many lines below it are looked at to tell whether the first one is the header. */
const linesBelow = 10;

/**
 * The dialect of a CSV, or undefined when its start doesn't tell.
 * @param head its first bytes, or all there are
 */
export function dialectOf(head: Buffer): Dialect | undefined {
  const { encoding, markBytes } = encodingOf(head);
  const start = createNarrower(encoding)(head.subarray(markBytes));
  const text = Buffer.from(start).toString('latin1');
  const [separatorLine = '', , named] = /^("?)sep=([\t !#-~])\1(?:\r\n?|\n|$)/i.exec(text) ?? [];
  const isUnclear = separatorLine === '' && /^\s*"?sep\s*=/i.test(text);
  if (isUnclear || text.includes('\0')) return undefined;
  const table = withoutQuoted(text.slice(separatorLine.length));
  const [lines = '', header = '', lineBreak] = /^[\r\n]*([^\r\n]*)(\r\n?|\n)?/.exec(table) ?? [];
  const below = table.slice(lines.length).split(/[\r\n]+/, linesBelow);
  const inHeader = delimiters.filter((each) => header.includes(each));
  const usual = mostFrequent(inHeader, header);
  const likely = agreed(inHeader, header, below[0]!);
  const certain = named ?? (likely === usual ? likely : undefined);
  const separators = certain === undefined ? inHeader : [certain];
  const bytesOf = (characters: number) => characters * unitBytes(encoding);
  const headerAt = markBytes + bytesOf(separatorLine.length);
  return {
    encoding,
    headerAt,
    header,
    rowsAt: lineBreak === undefined ? undefined : headerAt + bytesOf(lines.length),
    delimiter: named ?? likely ?? usual,
    separators,
    mayBeTitle: lacksNames(header, separators) || isOverWiderRows(header, separators, below),
  };
}

/** Whether a column between others has no name, be it in quotes. */
const lacksNames = (header: string, separators: string[]) =>
  separators.some((each) => header.includes(each + each) || header.includes(`${each}__${each}`));

/** Whether a line holds fewer columns than one of those below it. */
const isOverWiderRows = (header: string, separators: string[], below: string[]) =>
  separators.length === 0
    ? below.some(hasColumns)
    : below.some((line) => separators.every((each) => countOf(each, line) > countOf(each, header)));

/** The delimiter that the first row holds as often as the header, if it is one: names and cells may hold others. */
function agreed(inHeader: string[], header: string, row: string): string | undefined {
  const equal = inHeader.filter((each) => countOf(each, header) === countOf(each, row));
  return mostFrequent(equal, header);
}

/** The delimiter that a header holds most of. */
function mostFrequent(possible: string[], header: string): string | undefined {
  const most = Math.max(...possible.map((each) => countOf(each, header)));
  const [best, ...asOften] = possible.filter((each) => countOf(each, header) === most);
  return asOften.length === 0 ? best : undefined;
}
