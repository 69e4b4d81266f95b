import { delimiters } from './csv-text.ts';
import { sniffedBytes } from './sniff.ts';
import { createNarrower } from './utf16.ts';

/** What the start of a CSV tells of how to read the rest. */
export interface Dialect {
  /** Where the header begins, in bytes: after a byte order mark and a line such as `sep=;`. */
  headerAt: number;
  /** Which byte of a UTF-16 unit is the low one. Undefined where ASCII is single bytes. */
  lowByte: 0 | 1 | undefined;
  /** Undefined where the header holds none, or two of them as often. */
  delimiter: string | undefined;
}

const byteOrderMarks: [mark: Buffer, lowByte?: 0 | 1][] = [
  [Buffer.from('efbbbf', 'hex')],
  [Buffer.from('fffe', 'hex'), 0],
  [Buffer.from('feff', 'hex'), 1],
];

/**
 * The dialect of a CSV, or undefined when its start doesn't tell.
 * @param head its first `sniffedBytes` bytes, or all there are; what comes behind them is ignored
 */
export function dialectOf(head: Buffer): Dialect | undefined {
  const [mark, lowByte] = byteOrderMarks.find(([mark]) => head.indexOf(mark) === 0) ?? [Buffer.alloc(0)];
  const start = head.subarray(mark.byteLength, sniffedBytes);
  const text = Buffer.from(lowByte === undefined ? start : createNarrower(lowByte)(start)).toString('latin1');
  const [separatorLine = '', , named] = /^("?)sep=([\t !#-~])\1(?:\r\n?|\n|$)/i.exec(text) ?? [];
  const isUnclear = separatorLine === '' && /^\s*"?sep\s*=/i.test(text);
  // A zero: UTF-16 without a mark.
  if (isUnclear || text.includes('\0')) return undefined;
  return {
    headerAt: mark.byteLength + separatorLine.length * (lowByte === undefined ? 1 : 2),
    lowByte,
    delimiter: named ?? mostFrequent(text),
  };
}

/** The delimiter that the first line holds most of, outside quotes. */
function mostFrequent(text: string): string | undefined {
  const unquoted = text.replaceAll(/(?<![^;,\t|\r\n])"(?:[^"]|"")*("|$)/g, '""');
  const [header = ''] = /[^\r\n]+/.exec(unquoted) ?? [];
  const count = (delimiter: string) => header.split(delimiter).length;
  const most = Math.max(...delimiters.map(count));
  const [best, ...asOften] = delimiters.filter((delimiter) => count(delimiter) === most);
  return asOften.length === 0 ? best : undefined;
}
