import { createHash } from 'node:crypto';

import { S3Error } from './errors.ts';
import type { Part, Upload } from './uploads.ts';
import { elements, textOf } from './xml.ts';

const minimumPartSize = 5 * 1024 * 1024;

/** A part's number as a request gives it. */
export function partNumberOf(text: string | null | undefined): number {
  const number = /^\d{1,5}$/.test(text ?? '') ? Number(text) : 0;
  if (number >= 1 && number <= 10_000) return number;
  throw new S3Error('InvalidArgument', 'Part number must be an integer between 1 and 10000, inclusive');
}

/** The parts that the body of a CompleteMultipartUpload names, each as it was uploaded. */
export function partsNamed(xml: string, upload: Upload): Part[] {
  const named = elements(xml, 'Part');
  if (!xml.includes('</CompleteMultipartUpload>') || named.length === 0) {
    throw new S3Error('MalformedXML', 'The XML you provided was not well-formed or names no part.');
  }
  const numbers = named.map((part) => partNumberOf(textOf(part, 'PartNumber')));
  if (numbers.some((number, index) => number <= (numbers[index - 1] ?? 0))) {
    throw new S3Error('InvalidPartOrder', 'The list of parts was not in ascending order.');
  }
  const parts = named.map((part, index) => partNamed(part, numbers[index]!, upload));
  if (parts.slice(0, -1).some(({ size }) => size < minimumPartSize)) {
    throw new S3Error('EntityTooSmall', 'A part other than the last is smaller than 5 MiB.');
  }
  return parts;
}

function partNamed(xml: string, number: number, { parts }: Upload): Part {
  const part = parts.get(number);
  const isRight =
    textOf(xml, 'ETag')?.replaceAll('"', '') === part?.md5 && textOf(xml, 'ChecksumCRC32') === part?.crc32;
  if (part && isRight) return part;
  throw new S3Error('InvalidPart', `Part ${number} was not uploaded, or is not the one you specified.`);
}

/** S3's form for objects that came in parts: the MD5 of the parts' MD5s, and their number. */
export function etagOf(parts: Part[]): string {
  const md5s = Buffer.concat(parts.map(({ md5 }) => Buffer.from(md5, 'hex')));
  return `${createHash('md5').update(md5s).digest('hex')}-${parts.length}`;
}
