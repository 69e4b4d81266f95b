import * as fc from 'fast-check';

/** Lengths of the pieces that bytes come in. Some are empty, but not all. */
export const sizes = fc
  .tuple(fc.array(fc.oneof(fc.nat(5), fc.nat(2_000)), { maxLength: 5 }), fc.integer({ min: 1, max: 1_500 }))
  .map(([some, one]) => [...some, one]);

/** Pieces of these lengths, over and over. */
export function* piecesOf(bytes: Uint8Array, sizes: number[]): Generator<Uint8Array> {
  for (let start = 0, piece = 0; start < bytes.byteLength; piece++) {
    const end = start + sizes[piece % sizes.length]!;
    yield bytes.subarray(start, end);
    start = end;
  }
}

/** What means something in a CSV, and what is near it. */
export const csvFragments = [
  '"',
  '""',
  ';',
  ',',
  '\t',
  '\r',
  '\n',
  '\r\n',
  '\0',
  'é',
  'a',
  '\uFEFF',
  ' ',
] as const;
