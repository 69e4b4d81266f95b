/** How many bytes a character of a text takes at least, and in which order they come. */
export type Encoding = 'utf16le' | 'utf16be' | 'bytes';

/** The encoding of a text, as far as its first bytes tell: by a byte order mark, or by where zero bytes stand. */
export function encodingOf(head: Buffer): Encoding {
  const mark = head.subarray(0, 2).toString('hex');
  if (mark === 'fffe') return 'utf16le';
  if (mark === 'feff') return 'utf16be';
  const zeros = [0, 1].map((parity) => head.filter((byte, at) => byte === 0 && at % 2 === parity).length);
  const [even, odd] = zeros as [number, number];
  // Latin letters in UTF-16 have a zero byte each, always on the same side.
  if (odd > head.length / 4 && even === 0) return 'utf16le';
  if (even > head.length / 4 && odd === 0) return 'utf16be';
  return 'bytes';
}

/**
 * The text of a file's first bytes, without its byte order mark. Of one byte a character where it may be any encoding
 * that has ASCII in it.
 */
export function decodeHead(head: Buffer): string {
  const encoding = encodingOf(head);
  if (encoding === 'bytes') return head.toString('latin1').replace(/^ï»¿/, '');
  const even = Buffer.from(head.subarray(0, head.length - (head.length % 2)));
  return (encoding === 'utf16be' ? even.swap16() : even).toString('utf16le').replace(/^\uFEFF/, '');
}
