import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { crc32 } from 'node:zlib';

import {
  CopyObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  ListBucketsCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { describe, expect, it, vi } from 'vitest';

import { checksumAlgorithms, startChecksum } from '../../../../local/aws/s3/checksums.ts';
import { bucket, mebibyte, useS3 } from './s3-fixture.ts';

const fixture = useS3();
const payload = Buffer.from('startsOn;endsOn\r\n0\r\n\r\n2026-10-01;2026-10-31\r\n');

/** `payload` in S3's chunked encoding, as two chunks. */
function chunked(options: { signed?: boolean; trailers?: string; body?: Buffer } = {}): Buffer {
  const { signed = false, trailers = '', body = payload } = options;
  const signature = signed ? `;chunk-signature=${'0'.repeat(64)}` : '';
  const chunk = (bytes: Buffer) => [`${bytes.length.toString(16)}${signature}\r\n`, bytes, '\r\n'];
  const parts = [
    ...chunk(body.subarray(0, 20)),
    ...chunk(body.subarray(20)),
    `0${signature}\r\n${trailers}\r\n`,
  ];
  return Buffer.concat(parts.map((part) => Buffer.from(part)));
}

function streamHeaders(more: Record<string, string | number> = {}) {
  return {
    'content-encoding': 'aws-chunked',
    'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
    'x-amz-decoded-content-length': payload.length,
    ...more,
  };
}

function put(headers: Record<string, string | number>, body: Buffer = payload) {
  return fixture.send('PUT', `/${bucket}/a`, headers, body);
}

async function expectNothingStored() {
  expect(await fixture.s3.objects()).toEqual([]);
  expect(existsSync(join(fixture.directory, 'a'))).toBe(false);
  expect(await fixture.leftovers()).toEqual([]);
}

const crcOfPayload = (() => {
  const digest = Buffer.alloc(4);
  digest.writeUInt32BE(crc32(payload));
  return digest.toString('base64');
})();

function openSocket(): Socket {
  return connect(Number(new URL(fixture.s3.url).port), '127.0.0.1').setNoDelay();
}

/** Puts a body in packets of a given size. */
async function putSlowly(headers: object, body: Buffer, size: number): Promise<string> {
  const socket = openSocket();
  const all = {
    host: 'x',
    authorization: 'x',
    connection: 'close',
    'content-length': body.length,
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`PUT /${bucket}/a HTTP/1.1\r\n${lines.join('')}\r\n`);
  for (let at = 0; at < body.length; at += size) {
    socket.write(body.subarray(at, at + size));
    await new Promise(setImmediate);
  }
  return text(socket);
}

/** Begins a PUT, waits until its bytes arrive on disk, and hangs up. */
async function putAndCut(path: string, headers: string, bytes: Buffer) {
  const socket = openSocket();
  socket.write(`PUT ${path} HTTP/1.1\r\nhost: x\r\nauthorization: x\r\n${headers}\r\n\r\n`);
  socket.write(bytes);
  await vi.waitFor(async () => expect(await fixture.leftovers()).toHaveLength(1), { interval: 2 });
  socket.destroy();
  await vi.waitFor(async () => expect(await fixture.leftovers()).toEqual([]), { interval: 2 });
}

function putWithClient() {
  return fixture.client.send(new PutObjectCommand({ Bucket: bucket, Key: 'a', Body: 'x' }));
}

describe('the checksum', () => {
  // The check values of the catalogue of CRC algorithms and of FIPS 180.
  it.each([
    ['CRC32', 'cbf43926'],
    ['CRC32C', 'e3069283'],
    ['CRC64NVME', 'ae8b14860a799888'],
    ['SHA1', 'f7c3bc1d808e04732adf679965ccc34ca7ae3441'],
    ['SHA256', '15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225'],
  ] as const)('%s of 123456789 is %s', (algorithm, expected) => {
    const checksum = startChecksum(algorithm);
    checksum.update(Buffer.from('1234'));
    checksum.update(Buffer.from('56789'));
    expect(checksum.digest().toString('hex')).toBe(expected);
  });
});

describe('a corrupted body is refused, and nothing is stored', () => {
  it.each(checksumAlgorithms)('by its x-amz-checksum-%s header', async (algorithm) => {
    const name = `x-amz-checksum-${algorithm.toLowerCase()}`;
    const right = startChecksum(algorithm);
    right.update(payload);
    const value = right.digest().toString('base64');
    const corrupted = Buffer.from(payload);
    corrupted[3]! ^= 1;
    expect(await put({ [name]: value }, corrupted)).toMatchObject({ status: 400, code: 'BadDigest' });
    await expectNothingStored();
    expect(await put({ [name]: value })).toMatchObject({ status: 200 });
  });

  it.each(checksumAlgorithms)('by its x-amz-checksum-%s trailer', async (algorithm) => {
    const name = `x-amz-checksum-${algorithm.toLowerCase()}`;
    const right = startChecksum(algorithm);
    right.update(payload);
    const trailers = `${name}:${right.digest().toString('base64')}\r\n`;
    const headers = streamHeaders({ 'x-amz-trailer': name });
    const corrupted = Buffer.from(payload);
    corrupted[3]! ^= 1;
    const answer = await put(headers, chunked({ trailers, body: corrupted }));
    expect(answer).toMatchObject({ status: 400, code: 'BadDigest' });
    await expectNothingStored();
    expect(await put(headers, chunked({ trailers }))).toMatchObject({ status: 200 });
  });

  it('by Content-MD5 and by the hash that the signature covers', async () => {
    const wrong = Buffer.from('something else');
    const md5 = createHash('md5').update(payload).digest('base64');
    expect(await put({ 'content-md5': md5 }, wrong)).toMatchObject({ status: 400, code: 'BadDigest' });
    const sha256 = createHash('sha256').update(payload).digest('hex');
    expect(await put({ 'x-amz-content-sha256': sha256 }, wrong)).toMatchObject({
      code: 'XAmzContentSHA256Mismatch',
    });
    await expectNothingStored();
    expect(await put({ 'content-md5': md5, 'x-amz-content-sha256': sha256 })).toMatchObject({ status: 200 });
  });

  it('however many come at once', async () => {
    const wrong = Array.from({ length: 50 }, () => put({ 'x-amz-checksum-crc32': 'AAAAAA==' }));
    expect((await Promise.all(wrong)).map(({ code }) => code)).toEqual(wrong.map(() => 'BadDigest'));
    await expectNothingStored();
  });

  it('in a part, which then does not exist', async () => {
    const created = await fixture.send('POST', `/${bucket}/a?uploads`, {
      'x-amz-checksum-algorithm': 'CRC32',
    });
    const uploadId = /<UploadId>(.*)<\/UploadId>/.exec(created.body)![1];
    const answer = await fixture.send(
      'PUT',
      `/${bucket}/a?partNumber=1&uploadId=${uploadId}`,
      { 'x-amz-checksum-crc32': crcOfPayload },
      'corrupted',
    );
    expect(answer).toMatchObject({ status: 400, code: 'BadDigest' });
    expect(await fixture.s3.multipartUploads()).toMatchObject([{ partNumbers: [] }]);
    await expectNothingStored();
  });

  it('when it carries two checksums, or announces one that is not there', async () => {
    const two = { 'x-amz-checksum-crc32': crcOfPayload, 'x-amz-checksum-sha1': 'x' };
    expect(await put(two)).toMatchObject({ code: 'InvalidRequest' });
    expect(await put({ 'x-amz-sdk-checksum-algorithm': 'CRC32' })).toMatchObject({ code: 'InvalidRequest' });
    const trailer = streamHeaders({ 'x-amz-trailer': 'x-amz-checksum-crc32' });
    expect(await put(trailer, chunked())).toMatchObject({ code: 'MalformedTrailerError' });
    expect(await put({ 'x-amz-checksum-xxhash64': 'x' })).toMatchObject({ code: 'NotImplemented' });
    await expectNothingStored();
  });
});

describe('an aws-chunked body', () => {
  it.each([
    ['unsigned', 'STREAMING-UNSIGNED-PAYLOAD-TRAILER', false],
    ['signed', 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD', true],
    ['signed, with trailers', 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER', true],
  ])('that is %s is decoded, however it is cut into packets', async (_, kind, signed) => {
    const withTrailer = kind.endsWith('-TRAILER');
    const trailers = `x-amz-checksum-crc32:${crcOfPayload}\r\n${signed ? 'x-amz-trailer-signature:0\r\n' : ''}`;
    const body = chunked({ signed, trailers: withTrailer ? trailers : '' });
    const trailer: Record<string, string> = withTrailer ? { 'x-amz-trailer': 'x-amz-checksum-crc32' } : {};
    const headers = streamHeaders({
      'x-amz-content-sha256': kind,
      'content-encoding': 'gzip,aws-chunked',
      ...trailer,
    });

    for (const size of [1, 7, body.length]) {
      const answer = await putSlowly(headers, body, size);
      expect(answer).toContain('HTTP/1.1 200 OK');
      const stored = await fixture.send('GET', `/${bucket}/a`);
      expect(stored.body).toBe(payload.toString());
      expect(stored.headers['content-encoding']).toBe('gzip');
    }
  });

  it.each([
    ['shorter than announced', payload.length + 1, chunked()],
    ['longer than announced', payload.length - 1, chunked()],
    ['without its last chunk', payload.length, chunked().subarray(0, -5)],
    ['followed by something else', payload.length, Buffer.concat([chunked(), Buffer.from('more')])],
    ['without a size', 5, Buffer.from('zz\r\nhello\r\n0\r\n\r\n')],
    ['wrong about a size', 5, Buffer.from('5\r\nhello!\r\n0\r\n\r\n')],
    ['not chunked at all', 20_000, Buffer.alloc(20_000, 'x')],
  ])('that is %s is refused', async (_, length, body) => {
    const answer = await put(streamHeaders({ 'x-amz-decoded-content-length': length }), body);
    expect(answer).toMatchObject({ status: 400, code: 'IncompleteBody' });
    await expectNothingStored();
  });

  it('needs a length', async () => {
    const { 'x-amz-decoded-content-length': _, ...headers } = streamHeaders();
    expect(await put(headers, chunked())).toMatchObject({ status: 411, code: 'MissingContentLength' });
    expect(await put({ 'transfer-encoding': 'chunked' })).toMatchObject({ status: 411 });
    await expectNothingStored();
  });
});

describe('a connection that is cut', () => {
  it.each([
    ['plain', `content-length: ${mebibyte + 1}`, randomBytes(mebibyte)],
    [
      'aws-chunked',
      `content-length: 9999\r\ncontent-encoding: aws-chunked\r\nx-amz-decoded-content-length: ${payload.length}`,
      chunked(),
    ],
    [
      'aws-chunked in chunks',
      `transfer-encoding: chunked\r\ncontent-encoding: aws-chunked\r\nx-amz-decoded-content-length: ${payload.length}`,
      Buffer.concat([Buffer.from(`${chunked().length.toString(16)}\r\n`), chunked(), Buffer.from('\r\n')]),
    ],
  ])('leaves nothing of a %s body, and the former object as it was', async (_, headers, bytes) => {
    await putAndCut(`/${bucket}/a`, headers, bytes);
    await expectNothingStored();
    await put({});
    await putAndCut(`/${bucket}/a`, headers, bytes);
    expect((await fixture.send('GET', `/${bucket}/a`)).body).toBe(payload.toString());
  });

  it('leaves nothing of a part', async () => {
    const created = await fixture.send('POST', `/${bucket}/a?uploads`);
    const uploadId = /<UploadId>(.*)<\/UploadId>/.exec(created.body)![1];
    await putAndCut(
      `/${bucket}/a?partNumber=1&uploadId=${uploadId}`,
      'content-length: 10',
      Buffer.from('12345'),
    );
    expect(await fixture.s3.multipartUploads()).toMatchObject([{ partNumbers: [] }]);
  });

  it('by close() leaves nothing either, and close() does not wait for the client', async () => {
    const socket = openSocket();
    const gone = new Promise((resolve) => socket.on('close', resolve).on('error', () => undefined));
    socket.write(
      `PUT /${bucket}/a HTTP/1.1\r\nhost: x\r\nauthorization: x\r\ncontent-length: 10\r\n\r\n12345`,
    );
    await vi.waitFor(async () => expect(await fixture.leftovers()).toHaveLength(1), { interval: 2 });
    await fixture.s3.close();
    expect(await fixture.leftovers()).toEqual([]);
    await gone;
  });
});

describe('a key from the outside', () => {
  it.each([
    '../escaped',
    '..%2fescaped',
    '%2e%2e/escaped',
    '%2E%2E%2Fescaped',
    'a/../../escaped',
    'a/%2e%2e/%2e%2e/escaped',
    './escaped',
    '/etc/passwd',
    '%2Fetc%2Fpasswd',
    '..%5cescaped',
    'a%00b',
    '.s3/objects/x',
    '.S3/objects/x',
    '%2es3/temporary/x',
    'a/../.s3/x',
  ])('%s neither escapes nor reaches .s3', async (path) => {
    for (const method of ['PUT', 'GET', 'HEAD', 'DELETE']) {
      expect((await fixture.send(method, `/${bucket}/${path}`, {}, '')).status).toBe(400);
    }
    expect((await fixture.send('PUT', `/${bucket}/${path}`, {}, 'x')).code).toBe('InvalidArgument');
    expect((await fixture.send('POST', `/${bucket}/${path}?uploads`)).code).toBe('InvalidArgument');
    expect(existsSync(join(fixture.directory, '..', 'escaped'))).toBe(false);
    expect(await fixture.s3.objects()).toEqual([]);
    expect(await fixture.s3.multipartUploads()).toEqual([]);
  });

  it('does not find what is in .s3, even by way of an upload id', async () => {
    await writeFile(join(fixture.directory, '.s3', 'upload.json'), JSON.stringify({ key: 'a', parts: {} }));
    const answer = await fixture.send('DELETE', `/${bucket}/a?uploadId=..`);
    expect(answer).toMatchObject({ status: 404, code: 'NoSuchUpload' });
    expect(existsSync(join(fixture.directory, '.s3', 'upload.json'))).toBe(true);
  });

  it('is decoded as S3 decodes it: a plus is a plus', async () => {
    await fixture.send('PUT', `/${bucket}/a+b%20c%2Bd%3De=f/%C3%A9`, {}, 'x');
    expect((await fixture.s3.objects()).map(({ key }) => key)).toEqual(['a+b c+d=e=f/é']);
  });

  it('that is no UTF-8 is refused', async () => {
    expect((await fixture.send('PUT', `/${bucket}/%FF`, {}, 'x')).code).toBe('InvalidURI');
    expect((await fixture.send('PUT', `/${bucket}/%zz`, {}, 'x')).code).toBe('InvalidURI');
  });
});

describe('what is not implemented is refused, never half done', () => {
  it.each([
    ['GET', '/?x-id=ListBuckets', {}],
    ['GET', '', {}],
    ['GET', '?list-type=2&delimiter=/', {}],
    ['GET', '?list-type=1', {}],
    ['GET', '?versions', {}],
    ['PUT', '', {}],
    ['DELETE', '', {}],
    ['GET', '/a?acl', {}],
    ['GET', '/a?response-content-type=x', {}],
    ['GET', '/a', { range: 'bytes=0-1' }],
    ['GET', '/a', { 'if-none-match': '"x"' }],
    ['PUT', '/a?tagging', {}],
    ['PUT', '/a', { 'x-amz-tagging': 'a=b' }],
    ['PUT', '/a', { 'x-amz-server-side-encryption-customer-algorithm': 'AES256' }],
    ['PUT', '/a?partNumber=1&uploadId=x', { 'x-amz-copy-source': 'b/a' }],
    ['DELETE', '/a?versionId=x', {}],
    ['DELETE', '/a', { 'if-match': '"x"' }],
    ['POST', '/a?restore', {}],
    ['OPTIONS', '/a', {}],
  ])('%s %s %j', async (method, path, headers) => {
    await put({});
    const answer = await fixture.send(method, `/${bucket}${path}`, headers, '');
    expect(answer).toMatchObject({ status: 501, code: 'NotImplemented' });
    expect(await fixture.s3.objects()).toHaveLength(1);
  });

  it('by the name of the operation', async () => {
    const copy = new CopyObjectCommand({ Bucket: bucket, Key: 'b', CopySource: `${bucket}/a` });
    await expect(fixture.client.send(copy)).rejects.toMatchObject({
      name: 'NotImplemented',
      message: /CopyObject/,
    });
    const remove = new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects: [{ Key: 'a' }] } });
    await expect(fixture.client.send(remove)).rejects.toMatchObject({ message: /DeleteObjects/ });
    await expect(fixture.client.send(new ListBucketsCommand({}))).rejects.toMatchObject({
      name: 'NoSuchBucket',
    });
  });
});

describe('an error', () => {
  it('is XML with a code, a message and the request id', async () => {
    const answer = await fixture.send('GET', `/${bucket}/a`);
    expect(answer.headers['content-type']).toBe('application/xml');
    expect(answer.body).toMatch(/^<\?xml .*<Error><Code>NoSuchKey<\/Code><Message>.+<\/Message><RequestId>/s);
    expect(answer.body).toContain(`<RequestId>${String(answer.headers['x-amz-request-id'])}</RequestId>`);
  });

  it('tells a missing signature and another bucket', async () => {
    expect(await (await fetch(`${fixture.s3.url}/${bucket}/a`)).text()).toContain(
      '<Code>AccessDenied</Code>',
    );
    expect(await fixture.send('GET', '/other/a')).toMatchObject({ status: 404, code: 'NoSuchBucket' });
    expect(await fixture.send('GET', '/%2e%2e/a')).toMatchObject({ status: 404, code: 'NoSuchBucket' });
  });

  it('reaches a client that is still sending, and leaves its connection usable', async () => {
    const socket = openSocket();
    const received = text(socket);
    const head = 'host: x\r\nauthorization: x';
    const length = 8 * mebibyte;
    socket.write(`PUT /${bucket}/a HTTP/1.1\r\n${head}\r\ncontent-length: ${length}\r\n`);
    socket.write('content-encoding: aws-chunked\r\nx-amz-decoded-content-length: 5\r\n\r\n');
    socket.write(Buffer.alloc(length));
    socket.write(`GET /${bucket}/b HTTP/1.1\r\n${head}\r\nconnection: close\r\n\r\n`);
    const codes = [...(await received).matchAll(/<Code>(.*)<\/Code>/g)].map(([, code]) => code);
    expect(codes).toEqual(['IncompleteBody', 'NoSuchKey']);
  });
});

describe('failNext', () => {
  it('makes an operation fail as often as told, in order, and no other operation', async () => {
    fixture.s3.failNext('PutObject', { status: 503, code: 'SlowDown', times: 2 });
    fixture.s3.failNext('PutObject', { status: 500, code: 'InternalError' });
    await expect(
      fixture.client.send(new GetObjectCommand({ Bucket: bucket, Key: 'a' })),
    ).rejects.toMatchObject({
      name: 'NoSuchKey',
    });
    const slowDown = { name: 'SlowDown', $metadata: { httpStatusCode: 503 } };
    await expect(putWithClient()).rejects.toMatchObject(slowDown);
    await expect(putWithClient()).rejects.toMatchObject(slowDown);
    await expect(putWithClient()).rejects.toMatchObject({
      name: 'InternalError',
      $metadata: { httpStatusCode: 500 },
    });
    await expectNothingStored();
    await putWithClient();
  });
});
