import { createHash, hash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';

import { decodeAwsChunked } from './aws-chunked.ts';
import {
  checksumHeader,
  defaultAlgorithm,
  sentChecksum,
  startChecksum,
  type ChecksumAlgorithm,
  type SentChecksum,
} from './checksums.ts';
import { S3Error } from './errors.ts';

/** What is known of a body once it has arrived whole and every checksum sent with it was right. */
export interface Received {
  size: number;
  md5: Buffer;
  algorithm: ChecksumAlgorithm;
  /** By `algorithm`. */
  digest: Buffer;
}

const longestText = 8 * 1024 * 1024;

/** Streams a body into a new file. Rejects when anything about it is wrong: the file is then rubbish. */
export async function receiveFile(
  request: IncomingMessage,
  file: string,
  algorithm?: ChecksumAlgorithm,
): Promise<Received> {
  const body = openBody(request, algorithm);
  // Unlike a write stream, it has closed the file by the time it rejects: nothing appears there afterwards.
  await writeFile(file, body.bytes, { flag: 'wx' });
  return body.received();
}

/**
 * Reads a short document into memory. Its x-amz-checksum-* headers are not looked at: those of
 * CompleteMultipartUpload are about the object.
 */
export async function receiveText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of rawBytes(request)) {
    size += chunk.length;
    if (size > longestText) throw new S3Error('MalformedXML', 'The XML is too long.');
    chunks.push(chunk);
  }
  const body = Buffer.concat(chunks);
  verify('Content-MD5', request.headers['content-md5'], hash('md5', body, 'base64'));
  verifyContentSha256(request.headers, hash('sha256', body));
  return body.toString();
}

/** A refused body must leave the connection open, or the client never reads why. */
function rawBytes(request: IncomingMessage): AsyncIterable<Buffer> {
  return request.iterator({ destroyOnReturn: false });
}

/** The decoded bytes, which end in an error when they are not those that the headers and trailers promise. */
function openBody(request: IncomingMessage, expected?: ChecksumAlgorithm) {
  const { headers } = request;
  const sent = sentChecksum(headers);
  const length = lengthOf(headers);
  const algorithm = expected ?? sent?.algorithm ?? defaultAlgorithm;
  if (sent && sent.algorithm !== algorithm) {
    const message = `expected checksum Type: ${algorithm}, actual checksum Type: ${sent.algorithm}`;
    throw new S3Error('InvalidRequest', `Checksum Type mismatch occurred, ${message}`);
  }
  const trailers = new Map<string, string>();
  const hashes = {
    md5: createHash('md5'),
    sha256: createHash('sha256'),
    checksum: startChecksum(algorithm),
  };
  let received: Received | undefined;

  async function* bytes(): AsyncGenerator<Buffer> {
    const raw = rawBytes(request);
    let size = 0;
    for await (const chunk of isAwsChunked(headers) ? decodeAwsChunked(raw, trailers) : raw) {
      size += chunk.length;
      for (const each of Object.values(hashes)) each.update(chunk);
      yield chunk;
    }
    if (size !== length) {
      throw new S3Error('IncompleteBody', `The request body has ${size} bytes, not the ${length} announced.`);
    }
    const md5 = hashes.md5.digest();
    const digest = hashes.checksum.digest();
    verify('Content-MD5', headers['content-md5'], md5.toString('base64'));
    if (sent) verifyChecksum(sent, trailers, digest);
    verifyContentSha256(headers, hashes.sha256.digest('hex'));
    received = { size, md5, algorithm, digest };
  }

  return {
    bytes: bytes(),
    received: () => {
      if (!received) throw new Error('The body has not been read to its end.');
      return received;
    },
  };
}

function isAwsChunked(headers: IncomingHttpHeaders): boolean {
  const encodings = (headers['content-encoding'] ?? '').split(',').map((encoding) => encoding.trim());
  return encodings.includes('aws-chunked') || contentSha256(headers).startsWith('STREAMING-');
}

function lengthOf(headers: IncomingHttpHeaders): number {
  const length = headers[isAwsChunked(headers) ? 'x-amz-decoded-content-length' : 'content-length'];
  if (typeof length !== 'string' || !/^\d+$/.test(length)) {
    throw new S3Error('MissingContentLength', 'You must provide the Content-Length HTTP header.');
  }
  return Number(length);
}

function verify(name: string, sent: string | string[] | undefined, computed: string): void {
  if (sent === undefined || sent === computed) return;
  throw new S3Error('BadDigest', `The ${name} you specified did not match the calculated checksum.`);
}

function verifyChecksum(sent: SentChecksum, trailers: Map<string, string>, digest: Buffer): void {
  const name = checksumHeader(sent.algorithm);
  const value = sent.value ?? trailers.get(name);
  if (value === undefined) throw new S3Error('MalformedTrailerError', `The trailer ${name} is missing.`);
  verify(name, value, digest.toString('base64'));
}

/** The hash of the payload that a signature covers, when it covers the payload. */
function verifyContentSha256(headers: IncomingHttpHeaders, computed: string): void {
  const sent = contentSha256(headers);
  if (!/^[0-9a-f]{64}$/.test(sent) || sent === computed) return;
  throw new S3Error('XAmzContentSHA256Mismatch', 'x-amz-content-sha256 is not the SHA-256 of the body.');
}

function contentSha256(headers: IncomingHttpHeaders): string {
  return String(headers['x-amz-content-sha256'] ?? '');
}
