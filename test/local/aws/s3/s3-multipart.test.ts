import { createHash, randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';

import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  ListMultipartUploadsCommand,
  UploadPartCommand,
  type CompletedPart,
  type CompleteMultipartUploadCommandInput,
  type CreateMultipartUploadCommandInput,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { describe, expect, it } from 'vitest';

import { startChecksum } from '../../../../local/aws/s3/checksums.ts';
import { bucket, createClient, mebibyte, sha256, useS3 } from './s3-fixture.ts';

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

function complete(
  UploadId: string,
  Parts: CompletedPart[],
  more: Partial<CompleteMultipartUploadCommandInput> = {},
) {
  const command = new CompleteMultipartUploadCommand({
    ...target,
    UploadId,
    MultipartUpload: { Parts },
    ...more,
  });
  return fixture.client.send(command);
}

async function read(ChecksumMode?: 'ENABLED') {
  const { Body, ...answer } = await fixture.client.send(
    new GetObjectCommand({ ...target, ...(ChecksumMode && { ChecksumMode }) }),
  );
  return { ...answer, bytes: Buffer.from(await Body!.transformToByteArray()) };
}

async function listed(Prefix: string) {
  return (await fixture.client.send(new ListMultipartUploadsCommand({ Bucket: bucket, Prefix }))).Uploads;
}

function partDirectories() {
  return readdir(join(fixture.directory, '.s3', 'uploads'));
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
    expect(await partDirectories()).toEqual([]);
    expect(await fixture.leftovers()).toEqual([]);
  });

  it.each(['CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const)('is verified by %s', async (algorithm) => {
    const body = Buffer.concat([large, small]);
    const params = { ...target, Body: Readable.from([large, small]), ChecksumAlgorithm: algorithm };
    await new Upload({ client: fixture.client, params }).done();
    expect(sha256((await read('ENABLED')).bytes)).toBe(sha256(body));
  });

  it('may leave out checksums: S3 then computes its own', async () => {
    const client = createClient(fixture.s3.url, { requestChecksumCalculation: 'WHEN_REQUIRED' });
    const written = await new Upload({
      client,
      params: { ...target, Body: Readable.from([large, small]) },
    }).done();
    const stored = await read('ENABLED');
    expect(sha256(stored.bytes)).toBe(sha256(Buffer.concat([large, small])));
    expect(stored).toMatchObject({
      ChecksumCRC64NVME: written.ChecksumCRC64NVME,
      ChecksumType: 'FULL_OBJECT',
    });
    client.destroy();
  });

  it('that fails half-way leaves no object and no parts', async () => {
    const upload = new Upload({
      client: fixture.client,
      params: { ...target, Body: Readable.from(failing()) },
    });
    await expect(upload.done()).rejects.toThrow('the download was cut');
    expect(await fixture.s3.objects()).toEqual([]);
    expect(await fixture.s3.multipartUploads()).toEqual([]);
    expect(await partDirectories()).toEqual([]);
  });
});

describe('CompleteMultipartUpload', () => {
  it("answers S3's ETag and checksum for parts", async () => {
    const upload = await create();
    const parts = [await uploadPart(upload, 1, large), await uploadPart(upload, 7, small)];
    const answer = await complete(upload, parts);
    const etag = md5(Buffer.concat([md5(large), md5(small)])).toString('hex');
    expect(answer).toMatchObject({
      ETag: `"${etag}-2"`,
      Key,
      Bucket: bucket,
      ChecksumType: 'COMPOSITE',
      ChecksumCRC32: expect.stringMatching(/==-2$/),
    });
    expect(await read('ENABLED')).toMatchObject({ ETag: `"${etag}-2"`, ChecksumCRC32: answer.ChecksumCRC32 });
  });

  it('has a checksum of the whole where asked, and compares it', async () => {
    const whole = startChecksum('CRC32');
    whole.update(Buffer.concat([large, small]));
    const ChecksumCRC32 = whole.digest().toString('base64');
    const upload = await create({ ChecksumType: 'FULL_OBJECT' });
    const parts = [await uploadPart(upload, 1, large), await uploadPart(upload, 2, small)];
    const wrong = { ChecksumCRC32: 'AAAAAA==', ChecksumType: 'FULL_OBJECT' as const };
    await expect(complete(upload, parts, wrong)).rejects.toMatchObject({ name: 'BadDigest' });
    const answer = await complete(upload, parts, { ChecksumCRC32, ChecksumType: 'FULL_OBJECT' });
    expect(answer).toMatchObject({ ChecksumCRC32, ChecksumType: 'FULL_OBJECT' });
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
    await refused([{ PartNumber: 1, ETag: one.ETag }], 'InvalidRequest');
    await refused([two, one], 'InvalidPartOrder');
    await refused([one, one], 'InvalidPartOrder');
    await refused([one, two], 'EntityTooSmall');
    await refused([], 'MalformedXML');
    await expect(complete(upload, [one], { MpuObjectSize: 5 })).rejects.toMatchObject({
      name: 'InvalidRequest',
    });
    expect(await fixture.s3.objects()).toEqual([]);
    await complete(upload, [two], { MpuObjectSize: small.length });
  });

  it('honours conditions, and keeps the parts when they do not hold', async () => {
    const first = await create();
    await complete(first, [await uploadPart(first, 1, small)], { IfNoneMatch: '*' });
    const second = await create();
    const part = await uploadPart(second, 1, small);
    await expect(complete(second, [part], { IfNoneMatch: '*' })).rejects.toMatchObject({
      name: 'PreconditionFailed',
      $metadata: { httpStatusCode: 412 },
    });
    expect(await fixture.s3.multipartUploads()).toHaveLength(1);
    await complete(second, [part], { IfMatch: (await read()).ETag });
    expect(await fixture.s3.multipartUploads()).toEqual([]);
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
    expect(await partDirectories()).toEqual([]);
    expect(await fixture.s3.objects()).toEqual([]);
  });

  it('goes on after a restart', async () => {
    const upload = await create({ ContentType: 'text/csv' });
    const one = await uploadPart(upload, 1, large);
    await fixture.restart();
    await complete(upload, [one, await uploadPart(upload, 2, small)]);
    const stored = await read();
    expect(sha256(stored.bytes)).toBe(sha256(Buffer.concat([large, small])));
    expect(stored.ContentType).toBe('text/csv');
  });

  it('is listed while it is under way', async () => {
    const upload = await create();
    expect(await listed('acme/')).toMatchObject([{ Key, UploadId: upload, Initiated: expect.any(Date) }]);
    expect(await listed('other/')).toBeUndefined();
  });

  it('refuses part numbers out of range, and checksums of another kind', async () => {
    const upload = await create();
    await expect(uploadPart(upload, 0, small)).rejects.toMatchObject({ name: 'InvalidArgument' });
    await expect(uploadPart(upload, 10_001, small)).rejects.toMatchObject({ name: 'InvalidArgument' });
    const command = new UploadPartCommand({
      ...target,
      UploadId: upload,
      PartNumber: 1,
      Body: small,
      ChecksumAlgorithm: 'SHA256',
    });
    await expect(fixture.client.send(command)).rejects.toMatchObject({ name: 'InvalidRequest' });
    expect(await fixture.s3.multipartUploads()).toMatchObject([{ partNumbers: [] }]);
  });

  it('refuses a checksum type that S3 cannot compute of parts', async () => {
    await expect(create({ ChecksumAlgorithm: 'SHA256', ChecksumType: 'FULL_OBJECT' })).rejects.toMatchObject({
      name: 'InvalidRequest',
    });
  });
});
