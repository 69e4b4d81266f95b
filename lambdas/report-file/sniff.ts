import { type FileKind, type FileType, type Format, formats } from '../shared/formats.ts';
import { parseJson } from '../shared/json.ts';

export interface NotAFile {
  /** What was expected. */
  insteadOf: string;
  found: string;
}

const zip = Buffer.from('504b0304', 'hex');
const compoundFile = Buffer.from('d0cf11e0', 'hex');

/** How many bytes from the start of a file tell what it is. */
export const sniffedBytes = 1024;

/**
 * What a downloaded file is by its first bytes, or what it is instead. Lucca names its Excel files `.xls` whatever
 * they hold, and answers errors and login pages where a file is expected.
 * @param head the first `sniffedBytes` bytes, or all there are
 */
export function sniff(head: Buffer, format: Format): FileType | NotAFile {
  const { expected, fileTypes }: { expected: string; fileTypes: Partial<Record<Found, FileType>> } =
    formats[format];
  const found = typeOf(head);
  return fileTypes[found] ?? { insteadOf: expected, found: names[found] };
}

type Found = keyof typeof names;

const names = {
  empty: 'nothing but white space',
  html: 'a web page',
  json: 'a JSON document',
  xlsx: 'an .xlsx file',
  xls: 'an .xls file',
  pdf: 'a PDF document',
  text: 'plain text',
  word: 'a text without fields or lines',
} as const satisfies Record<FileKind | 'empty' | 'html' | 'json' | 'pdf' | 'word', string>;

function typeOf(head: Buffer): Found {
  if (head.subarray(0, 4).equals(zip)) return 'xlsx';
  if (head.subarray(0, 4).equals(compoundFile)) return 'xls';
  // Zero bytes are dropped so that UTF-16 reads like the rest.
  const start = head
    .toString('latin1')
    .replaceAll('\0', '')
    .replace(/^(ï»¿|ÿþ|þÿ)/, '')
    .trimStart();
  if (start === '') return 'empty';
  if (/^<[a-z!?]/i.test(start)) return 'html';
  if (/^(\{\s*["}]|\[\s*[[{"\]])/.test(start) || parseJson(start) !== undefined) return 'json';
  if (start.startsWith('%PDF')) return 'pdf';
  return /[;,\t\r\n]/.test(start) ? 'text' : 'word';
}
