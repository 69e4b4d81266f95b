/** The same bytes, with a buffer's methods. */
export const asBuffer = (piece: Uint8Array): Buffer =>
  Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);

export interface Tail {
  add: (piece: Uint8Array) => void;
  /** The end of what has passed: a view, until the next piece. */
  bytes: () => Buffer;
}

/**
 * Keeps the end of what passes, in memory that doesn't grow, and in time that doesn't depend on the size of the pieces.
 * @param kept in bytes
 */
export function createTail(kept: number): Tail {
  const buffer = Buffer.alloc(2 * kept);
  let filled = 0;
  return {
    add: (piece) => {
      const last = piece.subarray(-kept);
      if (filled + last.byteLength > buffer.byteLength) {
        buffer.copyWithin(0, filled - kept, filled);
        filled = kept;
      }
      buffer.set(last, filled);
      filled += last.byteLength;
    },
    bytes: () => buffer.subarray(Math.max(0, filled - kept), filled),
  };
}
