import { createHash, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';

import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  UploadPartCommand,
  type CompletedPart,
  type CreateMultipartUploadCommandInput,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { describe, expect, it, vi } from 'vitest';

import { bucket, mebibyte, sha256, useS3 } from './s3-fixture.ts';

const fixture = useS3();
const Key = 'acme/report.csv';
const target = { Bucket: bucket, Key };

async function* pieces(body: Buffer, size: number) {
  for (let at = 0; at < body.length; at += size) yield body.subarray(at, at + size);
}

async function* failing() {
  yield Buffer.alloc(6 * mebibyte);
  throw new Error('the download was cut');
}

function md5(bytes: Buffer): Buffer {
  return createHash('md5').update(bytes).digest();
}

async function create(more: Partial<CreateMultipartUploadCommandInput> = {}): Promise<string> {
  const command = new CreateMultipartUploadCommand({ ...target, ChecksumAlgorithm: 'CRC32', ...more });
  return (await fixture.client.send(command)).UploadId!;
}

async function uploadPart(UploadId: string, PartNumber: number, Body: Buffer): Promise<CompletedPart> {
  const command = new UploadPartCommand({ ...target, UploadId, PartNumber, Body });
  const { ETag, ChecksumCRC32 } = await fixture.client.send(command);
  return { PartNumber, ETag, ChecksumCRC32 };
}

function complete(UploadId: string, Parts: CompletedPart[]) {
  const MultipartUpload = { Parts };
  return fixture.client.send(new CompleteMultipartUploadCommand({ ...target, UploadId, MultipartUpload }));
}

async function read(ChecksumMode?: 'ENABLED') {
  const { Body, ...answer } = await fixture.client.send(
    new GetObjectCommand({ ...target, ...(ChecksumMode && { ChecksumMode }) }),
  );
  return { ...answer, bytes: Buffer.from(await Body!.transformToByteArray()) };
}

const large = randomBytes(5 * mebibyte);
const small = randomBytes(1000);

describe('lib-storage, given a stream of unknown length', () => {
  it.each([0, 1, 100_000, 5 * mebibyte, 11 * mebibyte + 17])('stores %i bytes exactly', async (size) => {
    const body = randomBytes(size);
    const upload = new Upload({
      client: fixture.client,
      params: {
        ...target,
        Body: Readable.from(pieces(body, 50_001)),
        ContentType: 'text/csv',
        Metadata: { rows: '3' },
      },
    });
    const written = await upload.done();
    const stored = await read('ENABLED');
    expect(sha256(stored.bytes)).toBe(sha256(body));
    expect(sha256(await readFile(join(fixture.directory, Key)))).toBe(sha256(body));
    expect(stored).toMatchObject({
      ETag: written.ETag,
      VersionId: written.VersionId,
      ContentType: 'text/csv',
      Metadata: { rows: '3' },
    });
    expect(await fixture.s3.multipartUploads()).toEqual([]);
    expect(await fixture.leftovers()).toEqual([]);
  });

  it('that fails half-way leaves no object and no parts', async () => {
    const upload = new Upload({
      client: fixture.client,
      params: { ...target, Body: Readable.from(failing()) },
    });
    await expect(upload.done()).rejects.toThrow('the download was cut');
    expect(await fixture.s3.objects()).toEqual([]);
    expect(await fixture.s3.multipartUploads()).toEqual([]);
    expect(await fixture.leftovers()).toEqual([]);
  });
});

describe('CompleteMultipartUpload', () => {
  it("answers S3's ETag for parts", async () => {
    const upload = await create();
    const parts = [await uploadPart(upload, 1, large), await uploadPart(upload, 7, small)];
    const answer = await complete(upload, parts);
    const etag = md5(Buffer.concat([md5(large), md5(small)])).toString('hex');
    expect(answer).toMatchObject({
      ETag: `"${etag}-2"`,
      Key,
      Bucket: bucket,
    });
    expect(await read('ENABLED')).toMatchObject({ ETag: `"${etag}-2"`, VersionId: answer.VersionId });
  });

  it('takes the newest part of a number', async () => {
    const upload = await create();
    await uploadPart(upload, 1, large);
    const part = await uploadPart(upload, 1, small);
    expect(await fixture.s3.multipartUploads()).toEqual([{ key: Key, uploadId: upload, partNumbers: [1] }]);
    await complete(upload, [part]);
    expect((await read()).bytes).toEqual(small);
  });

  it('refuses parts that are missing, changed, out of order, too small or none', async () => {
    const upload = await create();
    const one = await uploadPart(upload, 1, small);
    const two = await uploadPart(upload, 2, small);
    const refused = (parts: CompletedPart[], name: string) =>
      expect(complete(upload, parts)).rejects.toMatchObject({ name, $metadata: { httpStatusCode: 400 } });
    await refused([one, { ...two, PartNumber: 3 }], 'InvalidPart');
    await refused([{ ...one, ETag: '"0123"' }], 'InvalidPart');
    await refused([{ ...one, ChecksumCRC32: 'AAAAAA==' }], 'InvalidPart');
    await refused([{ PartNumber: 1, ETag: one.ETag }], 'InvalidPart');
    await refused([two, one], 'InvalidPartOrder');
    await refused([one, one], 'InvalidPartOrder');
    await refused([one, two], 'EntityTooSmall');
    await refused([], 'MalformedXML');
    expect(await fixture.s3.objects()).toEqual([]);
    await complete(upload, [two]);
  });

  it('succeeds once when asked twice at the same time', async () => {
    const upload = await create();
    const part = await uploadPart(upload, 1, large);
    const outcomes = await Promise.allSettled([complete(upload, [part]), complete(upload, [part])]);
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(sha256((await read()).bytes)).toBe(sha256(large));
    expect(await fixture.leftovers()).toEqual([]);
  });
});

describe('an upload', () => {
  it('can be aborted: nothing is left, and it is unknown from then on', async () => {
    const upload = await create();
    const part = await uploadPart(upload, 1, small);
    await fixture.client.send(new AbortMultipartUploadCommand({ ...target, UploadId: upload }));
    const unknown = { name: 'NoSuchUpload', $metadata: { httpStatusCode: 404 } };
    await expect(uploadPart(upload, 2, small)).rejects.toMatchObject(unknown);
    await expect(complete(upload, [part])).rejects.toMatchObject(unknown);
    expect(await fixture.leftovers()).toEqual([]);
    expect(await fixture.s3.objects()).toEqual([]);
  });

  it('refuses part numbers out of range', async () => {
    const upload = await create();
    await expect(uploadPart(upload, 0, small)).rejects.toMatchObject({ name: 'InvalidArgument' });
    await expect(uploadPart(upload, 10_001, small)).rejects.toMatchObject({ name: 'InvalidArgument' });
    expect(await fixture.s3.multipartUploads()).toMatchObject([{ partNumbers: [] }]);
  });

  it('ends with the process, and its parts with the next start', async () => {
    const upload = await create();
    const part = await uploadPart(upload, 1, small);
    expect(await fixture.leftovers()).toHaveLength(1);
    await fixture.restart();
    expect(await fixture.leftovers()).toEqual([]);
    expect(await fixture.s3.multipartUploads()).toEqual([]);
    await expect(complete(upload, [part])).rejects.toMatchObject({ name: 'NoSuchUpload' });
  });

  it('that ends while a part arrives is not taken up again', async () => {
    const upload = await create();
    const arriving = uploadPart(upload, 1, large);
    await vi.waitFor(async () => expect(await fixture.leftovers()).toHaveLength(1), {
      interval: 1,
      timeout: 60_000,
    });
    await fixture.client.send(new AbortMultipartUploadCommand({ ...target, UploadId: upload }));
    await arriving.catch(() => undefined);
    expect(await fixture.leftovers()).toEqual([]);
    expect(await fixture.s3.multipartUploads()).toEqual([]);
  });

  it.each([
    { ChecksumAlgorithm: 'SHA256' as const },
    { ChecksumType: 'FULL_OBJECT' as const },
    { ChecksumAlgorithm: undefined },
  ])('with %j is not implemented', async (checksum) => {
    await expect(create(checksum)).rejects.toMatchObject({ name: 'NotImplemented' });
    expect(await fixture.s3.multipartUploads()).toEqual([]);
  });
});
