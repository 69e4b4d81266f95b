import { delimiters, hasColumns, withoutQuoted } from './csv-text.ts';
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
  /** Undefined where the header holds none, or two of them as often. */
  delimiter: string | undefined;
}

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
  const [next = ''] = /^[^\r\n]*/.exec(table.slice(lines.length)) ?? [];
  const isTitle = named === undefined && !delimiters.some((delimiter) => header.includes(delimiter));
  if (isTitle && hasColumns(next)) return undefined;
  const bytesOf = (characters: number) => characters * unitBytes(encoding);
  const headerAt = markBytes + bytesOf(separatorLine.length);
  return {
    encoding,
    headerAt,
    header,
    rowsAt: lineBreak === undefined ? undefined : headerAt + bytesOf(lines.length),
    delimiter: named ?? mostFrequent(header),
  };
}

/** The delimiter that a header holds most of. */
function mostFrequent(header: string): string | undefined {
  const count = (delimiter: string) => header.split(delimiter).length;
  const most = Math.max(...delimiters.map(count));
  const [best, ...asOften] = delimiters.filter((delimiter) => count(delimiter) === most);
  return asOften.length === 0 ? best : undefined;
}
