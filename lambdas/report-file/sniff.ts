import { type FileKind, type Format, formats } from '../shared/formats.ts';
import { parseJson } from '../shared/json.ts';
import { decodeHead } from './encoding.ts';
import { isMessage } from './message.ts';

/** How many bytes from the start of a file tell what it is: enough for the header of a wide table. */
export const sniffedBytes = 16 * 1024;

/** The start of a download. */
export interface Head {
  /** The first `sniffedBytes` bytes, or all there are. */
  bytes: Buffer;
  /** Whether there are no more. */
  isAll: boolean;
  /** As announced: without parameters, in lower case. */
  contentType: string;
}

/**
 * What a downloaded file is by its first bytes, or what it is instead, in words. Lucca names its Excel files `.xls`
 * whatever they hold, and proxies answer pages and sentences where a file is expected.
 */
export function sniff(head: Head, format: Format): { kind: FileKind } | { found: string } {
  const found = foundIn(head);
  return isKindOf(found, format) ? { kind: found } : { found: names[found] };
}

const isKindOf = (found: Found, format: Format): found is FileKind => found in formats[format].fileTypes;

type Found = keyof typeof names;

const names = {
  empty: 'nothing but white space',
  html: 'a web page',
  json: 'a JSON document',
  xlsx: 'a zip archive or .xlsx file',
  xls: 'an .xls file',
  gzip: 'a gzip file',
  pdf: 'a PDF document',
  base64: 'Base64',
  envelope: 'a file within a message of MIME or HTTP',
  binary: 'binary data',
  text: 'plain text',
  message: 'a message, not a table',
} as const satisfies Record<
  FileKind | 'empty' | 'html' | 'json' | 'gzip' | 'pdf' | 'base64' | 'envelope' | 'binary' | 'message',
  string
>;

const signatures: [Found, string][] = [
  ['xlsx', '504b0304'],
  ['xls', 'd0cf11e0'],
  ['gzip', '1f8b'],
  ['pdf', '25504446'],
];

function foundIn({ bytes, isAll, contentType }: Head): Found {
  const hexadecimal = bytes.subarray(0, 4).toString('hex');
  const [signed] = signatures.find(([, signature]) => hexadecimal.startsWith(signature)) ?? [];
  if (signed !== undefined) return signed;
  const text = decodeHead(bytes).trimStart();
  if (text === '') return 'empty';
  if (/^<[a-z!?]/i.test(text)) return 'html';
  if (isJson(text)) return 'json';
  if (isBinary(text)) return 'binary';
  if (isBase64(text)) return 'base64';
  if (/^(--\S+[\r\n]+content-|http\/\d|data:)/i.test(text)) return 'envelope';
  return isMessage({ text, isAll, contentType }) ? 'message' : 'text';
}

/** A document, or a text in one: a table of one column may be quoted as well, but its lines end. */
const isJson = (text: string) =>
  /^(\{\s*["}]|\[\s*[[{"\]])/.test(text) ||
  (parseJson(text) !== undefined && !/^"[^\r\n]*[\r\n]+$/.test(text)) ||
  (/^"([^"\\]|\\.)*\\[rn]/.test(text) && !/[\r\n]/.test(text));

/** A few control characters come with what people paste into comments. Those above are parts of others in UTF-8. */
const isBinary = (text: string) =>
  (text.match(/(?![\s\x80-\x9f])\p{Cc}/gu)?.length ?? 0) > 3 + text.length / 100;

/** So many of these characters, and no others, are no words. Mail breaks them into lines of one length. */
function isBase64(text: string): boolean {
  const [first, ...more] = text.trim().split(/\r\n|\n|\r/) as [string, ...string[]];
  const last = more.pop() ?? first;
  const isOfOneLength = last.length <= first.length && more.every(({ length }) => length === first.length);
  return first.length >= 60 && isOfOneLength && [first, ...more, last].every((line) => base64.test(line));
}

const base64 = /^[A-Za-z0-9+/_-]+=*$/;
