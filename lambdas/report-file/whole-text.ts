import { encodingOf } from './encoding.ts';
import type { FileCheck } from './file-check.ts';

/**
 * Whether a CSV is text to its end. Of one byte a character, it has no zero bytes: where a disk or a proxy lost a part,
 * they stand in its stead.
 * @param head the start of the file
 */
export function wholeText(head: Buffer): FileCheck {
  const isWide = encodingOf(head) !== 'bytes';
  let isBinary = false;
  let end = Buffer.alloc(0);
  return {
    isProof: false,
    add: (piece) => {
      isBinary ||= !isWide && piece.includes(0);
      end = Buffer.concat([end, piece.subarray(-2)]).subarray(-2);
    },
    problem: (isFramed) => {
      if (isBinary) return 'text with zero bytes in it';
      // In UTF-16, one byte of the two is zero.
      const endsALine = (isWide ? end : end.subarray(-1)).some((byte) => byte === 0x0a || byte === 0x0d);
      if (isFramed || endsALine) return undefined;
      return 'text that ends within a line, and without its length: it may be cut';
    },
  };
}
