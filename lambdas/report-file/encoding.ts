/** How the characters of a text stand in its bytes: in UTF-16, or so that ASCII is single bytes. */
export type Encoding = 'utf16le' | 'utf16be' | 'bytes';

/** How many bytes ASCII takes. */
export const unitBytes = (encoding: Encoding): number => (encoding === 'bytes' ? 1 : 2);

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
  return decode(head.subarray(markBytes), encoding);
}

/** The text of a part of a file that begins with a character. */
export function decode(bytes: Buffer, encoding: Encoding): string {
  if (encoding === 'bytes') return decodeUtf8(bytes) ?? new TextDecoder('windows-1252').decode(bytes);
  const whole = Buffer.from(bytes.subarray(0, 2 * (bytes.length >> 1)));
  return (encoding === 'utf16be' ? whole.swap16() : whole).toString('utf16le');
}

/** The last character may be cut. Undefined when it isn't UTF-8. */
function decodeUtf8(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
  } catch {
    return undefined;
  }
}

/**
 * Whether a file ends with half a character.
 * @param head its first bytes
 * @param tail its last bytes
 * @param total how many there are
 */
export function endsWithinCharacter(head: Buffer, tail: Buffer, total: number): boolean {
  if (encodingOf(head).encoding !== 'bytes') return total % 2 === 1;
  // At least one whole character of several bytes.
  const isUtf8 = /[^\0-\x7F]/.test(decodeUtf8(head) ?? '');
  return isUtf8 && halfOfUtf8.test(tail.subarray(-3).toString('latin1'));
}

const halfOfUtf8 = /([\xc2-\xdf]|[\xe0-\xef][\x80-\xbf]?|[\xf0-\xf4][\x80-\xbf]{0,2})$/;
