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

import { bucket, mebibyte, useS3 } from './s3-fixture.ts';

const fixture = useS3();
const payload = Buffer.from('startsOn;endsOn\r\n0\r\n\r\n2026-10-01;2026-10-31\r\n');

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

/** Begins a PUT, waits until its bytes arrive on disk, and hangs up. */
async function putAndCut(path: string, headers: string, bytes: Buffer) {
  const socket = openSocket();
  socket.write(
    `PUT ${path} HTTP/1.1\r\nhost: ${new URL(fixture.s3.url).host}\r\nauthorization: x\r\n${headers}\r\n\r\n`,
  );
  socket.write(bytes);
  await vi.waitFor(async () => expect(await fixture.leftovers()).toHaveLength(1), {
    interval: 2,
    timeout: 60_000,
  });
  socket.destroy();
  await vi.waitFor(async () => expect(await fixture.leftovers()).toEqual([]), {
    interval: 2,
    timeout: 60_000,
  });
}

async function createUpload(): Promise<string> {
  const crc32 = { 'x-amz-checksum-algorithm': 'CRC32' };
  const { body } = await fixture.send('POST', `/${bucket}/a?uploads`, crc32);
  return /<UploadId>(.*)<\/UploadId>/.exec(body)![1]!;
}

function putWithClient() {
  return fixture.client.send(new PutObjectCommand({ Bucket: bucket, Key: 'a', Body: 'x' }));
}

describe('a corrupted body is refused, and nothing is stored', () => {
  it('by its x-amz-checksum-crc32 header', async () => {
    const checksum = { 'x-amz-checksum-crc32': crcOfPayload };
    const corrupted = Buffer.from(payload);
    corrupted[3]! ^= 1;
    expect(await put(checksum, corrupted)).toMatchObject({ status: 400, code: 'BadDigest' });
    await expectNothingStored();
    expect(await put(checksum)).toMatchObject({ status: 200 });
  });

  it('by the hash that the signature covers', async () => {
    const sha256 = createHash('sha256').update(payload).digest('hex');
    expect(await put({ 'x-amz-content-sha256': sha256 }, Buffer.from('something else'))).toMatchObject({
      code: 'XAmzContentSHA256Mismatch',
    });
    await expectNothingStored();
    expect(await put({ 'x-amz-content-sha256': sha256 })).toMatchObject({ status: 200 });
  });

  it('however many come at once', async () => {
    const wrong = Array.from({ length: 50 }, () => put({ 'x-amz-checksum-crc32': 'AAAAAA==' }));
    expect((await Promise.all(wrong)).map(({ code }) => code)).toEqual(wrong.map(() => 'BadDigest'));
    await expectNothingStored();
  });

  it('in a part, which then does not exist', async () => {
    const uploadId = await createUpload();
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

  it('when it announces a checksum that is not there', async () => {
    expect(await put({ 'x-amz-sdk-checksum-algorithm': 'CRC32' })).toMatchObject({ code: 'InvalidRequest' });
    await expectNothingStored();
  });

  it('when a completion is not what its signature covers', async () => {
    const uploadId = await createUpload();
    const headers = { 'x-amz-content-sha256': '0'.repeat(64) };
    const answer = await fixture.send('POST', `/${bucket}/a?uploadId=${uploadId}`, headers, '<a/>');
    expect(answer.code).toBe('XAmzContentSHA256Mismatch');
  });
});

it('a body of unknown length is refused', async () => {
  expect(await put({ 'transfer-encoding': 'chunked' })).toMatchObject({
    status: 411,
    code: 'MissingContentLength',
  });
  await expectNothingStored();
});

describe('a connection that is cut', () => {
  it('leaves nothing of a body, and the former object as it was', async () => {
    const length = `content-length: ${mebibyte + 1}`;
    const bytes = randomBytes(mebibyte);
    await putAndCut(`/${bucket}/a`, length, bytes);
    await expectNothingStored();
    await put({});
    await putAndCut(`/${bucket}/a`, length, bytes);
    expect((await fixture.send('GET', `/${bucket}/a`)).body).toBe(payload.toString());
  });

  it('leaves nothing of a part', async () => {
    const uploadId = await createUpload();
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
      `PUT /${bucket}/a HTTP/1.1\r\nhost: ${new URL(fixture.s3.url).host}\r\nauthorization: x\r\ncontent-length: 10\r\n\r\n12345`,
    );
    await vi.waitFor(async () => expect(await fixture.leftovers()).toHaveLength(1), {
      interval: 2,
      timeout: 60_000,
    });
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
    for (const method of ['PUT', 'GET', 'HEAD']) {
      expect((await fixture.send(method, `/${bucket}/${path}`, {}, '')).status).toBe(400);
    }
    expect((await fixture.send('PUT', `/${bucket}/${path}`, {}, 'x')).code).toBe('InvalidArgument');
    expect((await fixture.send('POST', `/${bucket}/${path}?uploads`)).code).toBe('InvalidArgument');
    expect(existsSync(join(fixture.directory, '..', 'escaped'))).toBe(false);
    expect(await fixture.s3.objects()).toEqual([]);
    expect(await fixture.s3.multipartUploads()).toEqual([]);
  });

  it('does not find what is in .s3, even by way of an upload id', async () => {
    const file = join(fixture.directory, '.s3', 'upload.json');
    await writeFile(file, '{}');
    for (const uploadId of ['..', '../upload.json', '__proto__', '']) {
      const path = `/${bucket}/a?uploadId=${encodeURIComponent(uploadId)}`;
      expect(await fixture.send('DELETE', path)).toMatchObject({ status: 404, code: 'NoSuchUpload' });
    }
    expect(existsSync(file)).toBe(true);
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
    ['GET', '?list-type=2', {}],
    ['GET', '?uploads', {}],
    ['DELETE', '/a', {}],
    ['GET', '/a?uploadId=x', {}],
    ['GET', '?versions', {}],
    ['PUT', '', {}],
    ['DELETE', '', {}],
    ['GET', '/a?acl', {}],
    ['GET', '/a?response-content-type=x', {}],
    ['GET', '/a', { range: 'bytes=0-1' }],
    ['GET', '/a', { 'if-none-match': '"x"' }],
    ['PUT', '/a?tagging', {}],
    ['PUT', '/a', { 'x-amz-tagging': 'a=b' }],
    ['PUT', '/a', { 'if-none-match': '*' }],
    ['PUT', '/a', { 'x-amz-checksum-sha256': 'x' }],
    ['PUT', '/a', { 'content-md5': 'x' }],
    ['PUT', '/a', { 'content-encoding': 'aws-chunked' }],
    ['PUT', '/a', { 'x-amz-trailer': 'x-amz-checksum-crc32' }],
    ['PUT', '/a', { 'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER' }],
    ['PUT', '/a', { 'cache-control': 'no-cache' }],
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
    await expect(fixture.client.send(remove)).rejects.toMatchObject({ message: /bucket\?delete/ });
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
    const head = `host: ${new URL(fixture.s3.url).host}\r\nauthorization: x`;
    const length = 8 * mebibyte;
    socket.write(`PUT /${bucket}/a HTTP/1.1\r\n${head}\r\ncontent-length: ${length}\r\n`);
    socket.write('content-encoding: aws-chunked\r\n\r\n');
    socket.write(Buffer.alloc(length));
    socket.write(`GET /${bucket}/b HTTP/1.1\r\n${head}\r\nconnection: close\r\n\r\n`);
    const codes = [...(await received).matchAll(/<Code>(.*)<\/Code>/g)].map(([, code]) => code);
    expect(codes).toEqual(['NotImplemented', 'NoSuchKey']);
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
