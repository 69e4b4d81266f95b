import type { Encoding } from './encoding.ts';

/** Makes one byte of each UTF-16 unit, as pieces of any length pass: ASCII stays what it is, all else becomes 0xFF. */
export function createNarrower(encoding: Encoding): (bytes: Uint8Array) => Uint8Array {
  if (encoding === 'bytes') return (bytes) => bytes;
  const lowByte = encoding === 'utf16le' ? 0 : 1;
  let half = Buffer.alloc(0);
  return (bytes) => {
    const pairs = Buffer.concat([half, bytes]);
    const units = new Uint8Array(pairs.byteLength >> 1);
    for (let unit = 0; unit < units.length; unit++) {
      const low = pairs[2 * unit + lowByte]!;
      units[unit] = pairs[2 * unit + 1 - lowByte] === 0 ? low : 0xff;
    }
    half = pairs.subarray(2 * units.length);
    return units;
  };
}
