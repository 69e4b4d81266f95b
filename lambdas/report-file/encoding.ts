/** How the characters of a text stand in its bytes: in UTF-16, or so that ASCII is single bytes. */
export type Encoding = 'utf16le' | 'utf16be' | 'bytes';

const byteOrderMarks: [mark: string, encoding: Encoding][] = [
  ['efbbbf', 'bytes'],
  ['fffe', 'utf16le'],
  ['feff', 'utf16be'],
];

/**
 * The encoding of a text as far as its first bytes tell, by a byte order mark or by where zero bytes stand, and how many
 * bytes that mark takes.
 */
export function encodingOf(head: Buffer): { encoding: Encoding; markBytes: number } {
  const start = head.toString('hex', 0, 3);
  const marked = byteOrderMarks.find(([mark]) => start.startsWith(mark));
  if (marked !== undefined) return { encoding: marked[1], markBytes: marked[0].length / 2 };
  if (!head.includes(0)) return { encoding: 'bytes', markBytes: 0 };
  const [even, odd] = [0, 1].map((side) => head.filter((byte, at) => byte === 0 && at % 2 === side).length);
  return { encoding: unmarked(even!, odd!, head.length), markBytes: 0 };
}

/** In UTF-16, Latin letters, digits and delimiters have a zero byte each, on the same side; few others have one on the other. */
function unmarked(even: number, odd: number, bytes: number): Encoding {
  if (odd > bytes / 4 && even < odd / 8) return 'utf16le';
  if (even > bytes / 4 && odd < even / 8) return 'utf16be';
  return 'bytes';
}

/** The text of a file's first bytes, without its byte order mark. */
export function decodeHead(head: Buffer): string {
  const { encoding, markBytes } = encodingOf(head);
  const text = head.subarray(markBytes);
  return decode(encoding === 'bytes' ? text : text.subarray(0, 2 * (text.length >> 1)), encoding);
}

/** The text of whole characters. Of one byte each where it may be any encoding that has ASCII in it. */
export function decode(bytes: Buffer, encoding: Encoding): string {
  if (encoding === 'bytes') return bytes.toString('latin1');
  return (encoding === 'utf16be' ? Buffer.from(bytes).swap16() : bytes).toString('utf16le');
}
