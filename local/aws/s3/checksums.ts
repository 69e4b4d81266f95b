import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { crc32 } from 'node:zlib';

import { S3Error } from './errors.ts';

export const checksumAlgorithms = ['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const;
export type ChecksumAlgorithm = (typeof checksumAlgorithms)[number];

/** S3 computes this one when the caller asks for none. */
export const defaultAlgorithm: ChecksumAlgorithm = 'CRC64NVME';

/** An object's checksum as S3 keeps it: over the bytes, or (`COMPOSITE`) over the checksums of the parts. */
export interface Checksum {
  algorithm: ChecksumAlgorithm;
  type: 'FULL_OBJECT' | 'COMPOSITE';
  value: string;
}

export interface RunningChecksum {
  update(bytes: Buffer): unknown;
  digest(): Buffer;
}

/** `x-amz-checksum-crc32` and the like. */
export function checksumHeader(algorithm: ChecksumAlgorithm): string {
  return `x-amz-checksum-${algorithm.toLowerCase()}`;
}

export function startChecksum(algorithm: ChecksumAlgorithm): RunningChecksum {
  return starters[algorithm]();
}

/** What the caller says the checksum is: in a header, or (no value yet) in a trailer to come. */
export interface SentChecksum {
  algorithm: ChecksumAlgorithm;
  value?: string;
}

/** The one checksum that a request carries. */
export function sentChecksum(headers: IncomingHttpHeaders): SentChecksum | undefined {
  const sent: SentChecksum[] = [];
  for (const algorithm of checksumAlgorithms) {
    const value = headers[checksumHeader(algorithm)];
    if (value !== undefined) sent.push({ algorithm, value: String(value) });
  }
  const trailer = headers['x-amz-trailer'];
  if (trailer !== undefined) sent.push({ algorithm: algorithmOfTrailer(String(trailer)) });

  if (sent.length > 1) throw new S3Error('InvalidRequest', 'Expecting a single x-amz-checksum- header.');
  const announced = headers['x-amz-sdk-checksum-algorithm'];
  if (announced !== undefined && String(announced).toUpperCase() !== sent[0]?.algorithm) {
    throw new S3Error('InvalidRequest', `The request says ${String(announced)} but has no such checksum.`);
  }
  return sent[0];
}

function algorithmOfTrailer(trailer: string): ChecksumAlgorithm {
  const algorithm = checksumAlgorithms.find((each) => checksumHeader(each) === trailer.trim().toLowerCase());
  if (!algorithm) throw new S3Error('NotImplemented', `The trailer ${trailer} is not implemented.`);
  return algorithm;
}

function startCrc32(): RunningChecksum {
  let value = 0;
  return {
    update: (bytes) => (value = crc32(bytes, value)),
    digest: () => {
      const digest = Buffer.alloc(4);
      digest.writeUInt32BE(value);
      return digest;
    },
  };
}

/** The 256 remainders of a bit-reflected polynomial, as halves: numbers are far faster than big integers. */
function remainders(polynomial: bigint): { high: Uint32Array; low: Uint32Array } {
  const table = { high: new Uint32Array(256), low: new Uint32Array(256) };
  for (let byte = 0; byte < 256; byte++) {
    let remainder = BigInt(byte);
    for (let bit = 0; bit < 8; bit++) {
      remainder = remainder & 1n ? (remainder >> 1n) ^ polynomial : remainder >> 1n;
    }
    table.high[byte] = Number(remainder >> 32n);
    table.low[byte] = Number(remainder & 0xffff_ffffn);
  }
  return table;
}

const castagnoli = remainders(0x82f6_3b78n);
const nvme = remainders(0x9a6c_9329_ac4b_c9b5n);

const starters: Record<ChecksumAlgorithm, () => RunningChecksum> = {
  CRC32: startCrc32,
  CRC32C: () => startReflectedCrc(castagnoli, 4),
  CRC64NVME: () => startReflectedCrc(nvme, 8),
  SHA1: () => createHash('sha1'),
  SHA256: () => createHash('sha256'),
};

/** A CRC of 4 or 8 bytes that starts with all ones and is inverted in the end, as both of these are. */
function startReflectedCrc(table: ReturnType<typeof remainders>, size: 4 | 8): RunningChecksum {
  let high = size === 8 ? -1 : 0;
  let low = -1;
  return {
    update: (bytes) => {
      for (let at = 0; at < bytes.length; at++) {
        const index = (low ^ bytes[at]!) & 0xff;
        low = ((low >>> 8) | (high << 24)) ^ table.low[index]!;
        high = (high >>> 8) ^ table.high[index]!;
      }
    },
    digest: () => {
      const digest = Buffer.alloc(8);
      digest.writeInt32BE(~high, 0);
      digest.writeInt32BE(~low, 4);
      return digest.subarray(8 - size);
    },
  };
}
