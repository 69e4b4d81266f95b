import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { crc32 } from 'node:zlib';

import { notImplemented, S3Error } from './errors.ts';

/** What is known of a body that arrived whole, and as its checksums say. */
export interface Received {
  size: number;
  /** In hexadecimal: the ETag of what comes whole. */
  md5: string;
  /** In base64. */
  crc32: string;
}

/** Streams a body into a new file. Rejects when anything about it is wrong: the file is then rubbish. */
export async function receiveFile(request: IncomingMessage, file: string): Promise<Received> {
  if (request.headers['content-length'] === undefined) {
    throw new S3Error('MissingContentLength', 'You must provide the Content-Length HTTP header.');
  }
  const body = openBody(request);
  // Unlike a write stream, it has closed the file by the time it rejects: nothing appears there afterwards.
  await writeFile(file, body.bytes, { flag: 'wx' });
  return body.verify();
}

/** Reads a short document into memory. */
export async function receiveText(request: IncomingMessage): Promise<string> {
  const body = openBody(request);
  const received = await text(body.bytes);
  body.verify();
  return received;
}

/** A body's bytes, measured on their way. Verify it once they have been read to their end. */
function openBody(request: IncomingMessage) {
  const md5 = createHash('md5');
  const sha256 = createHash('sha256');
  let crc = 0;
  let size = 0;

  async function* bytes(): AsyncGenerator<Buffer> {
    // A refused body must leave the connection open, or the client never reads why.
    const chunks: AsyncIterable<Buffer> = request.iterator({ destroyOnReturn: false });
    for await (const chunk of chunks) {
      md5.update(chunk);
      sha256.update(chunk);
      crc = crc32(chunk, crc);
      size += chunk.length;
      yield chunk;
    }
  }

  const verify = (): Received => {
    const received = { size, md5: md5.digest('hex'), crc32: base64(crc) };
    verifyCrc32(request.headers, received.crc32);
    verifySignedHash(request.headers, sha256.digest('hex'));
    return received;
  };
  return { bytes: bytes(), verify };
}

function base64(crc: number): string {
  const digest = Buffer.alloc(4);
  digest.writeUInt32BE(crc);
  return digest.toString('base64');
}

function verifyCrc32(headers: IncomingHttpHeaders, computed: string): void {
  const sent = headers['x-amz-checksum-crc32'];
  if (sent === undefined && headers['x-amz-sdk-checksum-algorithm'] !== undefined) {
    throw new S3Error('InvalidRequest', 'x-amz-sdk-checksum-algorithm announces a checksum that is missing.');
  }
  if (sent !== undefined && sent !== computed) {
    throw new S3Error('BadDigest', 'The CRC32 you specified did not match the calculated checksum.');
  }
}

/** The hash that the signature covers. Only a client that uses HTTPS leaves it out. */
function verifySignedHash(headers: IncomingHttpHeaders, computed: string): void {
  const sent = headers['x-amz-content-sha256'];
  if (sent === undefined || sent === 'UNSIGNED-PAYLOAD' || sent === computed) return;
  if (!/^[0-9a-f]{64}$/.test(String(sent))) throw notImplemented(`x-amz-content-sha256: ${String(sent)}`);
  throw new S3Error('XAmzContentSHA256Mismatch', 'x-amz-content-sha256 is not the SHA-256 of the body.');
}
