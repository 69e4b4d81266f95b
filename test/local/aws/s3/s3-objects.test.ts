import { randomBytes } from 'node:crypto';
import { mkdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import {
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
} from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';

import { bucket, sha256, useS3 } from './s3-fixture.ts';

const fixture = useS3();

function put(key: string, body: string | Buffer, more: Partial<PutObjectCommandInput> = {}) {
  return fixture.client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body, ...more }));
}

async function get(key: string) {
  const { Body, ...answer } = await fixture.client.send(
    new GetObjectCommand({ Bucket: bucket, Key: key, ChecksumMode: 'ENABLED' }),
  );
  return { ...answer, bytes: Buffer.from(await Body!.transformToByteArray()) };
}

function getVersion(VersionId: string | undefined) {
  return fixture.client.send(new GetObjectCommand({ Bucket: bucket, Key: 'a', VersionId }));
}

describe('an object', () => {
  it('is a file at its key, and comes back byte for byte with all that was said of it', async () => {
    const body = randomBytes(100_000);
    const written = await put('acme/template=42/report.csv', body, {
      ContentType: 'text/csv; charset=utf-8',
      Metadata: { 'report-id': '1017', owner: 'Zoé' },
    });
    expect(await readFile(join(fixture.directory, 'acme', 'template=42', 'report.csv'))).toEqual(body);

    const read = await get('acme/template=42/report.csv');
    expect(sha256(read.bytes)).toBe(sha256(body));
    expect(read).toMatchObject({
      ETag: written.ETag,
      VersionId: written.VersionId,
      ContentLength: 100_000,
      ContentType: 'text/csv; charset=utf-8',
      Metadata: { 'report-id': '1017', owner: 'Zoé' },
      ChecksumCRC32: written.ChecksumCRC32,
      ChecksumType: 'FULL_OBJECT',
    });
    expect(Math.abs(read.LastModified!.getTime() - Date.now())).toBeLessThan(300_000);
    expect(await fixture.leftovers()).toEqual([]);
  });

  it('has its MD5 as ETag, also without a body', async () => {
    expect((await put('a', 'hello')).ETag).toBe('"5d41402abc4b2a76b9719d911017c592"');
    expect((await put('empty', Buffer.alloc(0))).ETag).toBe('"d41d8cd98f00b204e9800998ecf8427e"');
    expect((await get('empty')).bytes.length).toBe(0);
  });

  it('is described by HeadObject as by GetObject', async () => {
    await put('a', 'hello', { ContentType: 'text/plain' });
    const { bytes, $metadata, ...read } = await get('a');
    const { $metadata: _, ...head } = await fixture.client.send(
      new HeadObjectCommand({ Bucket: bucket, Key: 'a', ChecksumMode: 'ENABLED' }),
    );
    expect(bytes.toString()).toBe('hello');
    expect($metadata.httpStatusCode).toBe(200);
    expect(head).toEqual(read);
  });

  it('gets a fresh version each time, and only the newest can be read', async () => {
    const first = await put('a', 'one');
    const second = await put('a', 'two');
    expect(second.VersionId).not.toBe(first.VersionId);
    expect(await (await getVersion(second.VersionId)).Body!.transformToString()).toBe('two');
    await expect(getVersion(first.VersionId)).rejects.toMatchObject({ name: 'NoSuchVersion' });
  });

  it('that does not exist is NoSuchKey, and NotFound to HeadObject', async () => {
    await put('a', 'a file, not a directory');
    await expect(get('b')).rejects.toMatchObject({ name: 'NoSuchKey', $metadata: { httpStatusCode: 404 } });
    await expect(get('a/b')).rejects.toMatchObject({ name: 'NoSuchKey' });
    await expect(
      fixture.client.send(new HeadObjectCommand({ Bucket: bucket, Key: 'b' })),
    ).rejects.toMatchObject({ name: 'NotFound' });
  });

  it('survives a restart on the same directory, as a version from before the versions', async () => {
    await put('a b/é.csv', 'hello', { ContentType: 'text/csv', Metadata: { rows: '1' } });
    await writeFile(join(fixture.directory, '.s3', 'temporary', 'half-written'), 'x');
    await fixture.restart();
    const read = await get('a b/é.csv');
    expect(read).toMatchObject({ VersionId: 'null', ContentLength: 5, Metadata: {} });
    expect(read.bytes.toString()).toBe('hello');
    expect(await fixture.leftovers()).toEqual([]);
    const { VersionId } = await put('a b/é.csv', 'hello, world');
    expect((await get('a b/é.csv')).VersionId).toBe(VersionId);
  });

  it('is found in a directory where the stand-in once kept records and uploads', async () => {
    await writeFile(join(fixture.directory, 'a'), 'hello');
    for (const folder of ['objects', 'uploads/0b9dcc2a-9d2a-4c5e-8f0e-0d1f3c5a7b9d']) {
      await mkdir(join(fixture.directory, '.s3', folder), { recursive: true });
      await writeFile(join(fixture.directory, '.s3', folder, 'record.json'), '{');
    }
    await fixture.restart();
    expect((await get('a')).bytes.toString()).toBe('hello');
    expect(await fixture.s3.multipartUploads()).toEqual([]);
    expect((await fixture.s3.objects()).map(({ key }) => key)).toEqual(['a']);
  });

  it('may be put or changed by hand', async () => {
    const written = await put('changed', 'hello', { ContentType: 'text/plain' });
    await writeFile(join(fixture.directory, 'changed'), 'hello, world');
    await writeFile(join(fixture.directory, 'new'), 'hello');
    const changed = await get('changed');
    expect(changed.bytes.toString()).toBe('hello, world');
    expect(changed.VersionId).not.toBe(written.VersionId);
    expect((await get('changed')).VersionId).toBe(changed.VersionId);
    expect((await get('new')).bytes.toString()).toBe('hello');
  });

  it('that was changed by hand is noticed even when the time of the file says otherwise', async () => {
    await put('a', 'hello');
    const file = join(fixture.directory, 'a');
    const { atime, mtime } = await stat(file);
    await utimes(file, atime, mtime);
    await get('a');
    await writeFile(file, 'hello, world');
    await utimes(file, atime, mtime);
    expect((await get('a')).bytes.toString()).toBe('hello, world');
  });

  it('written twice at once is one of the two, whole', async () => {
    const bodies = Array.from({ length: 8 }, () => randomBytes(300_000));
    const written = await Promise.all(bodies.map((body) => put('contested', body)));
    const read = await get('contested');
    const winner = written.findIndex(({ VersionId }) => VersionId === read.VersionId);
    expect(winner).toBeGreaterThanOrEqual(0);
    expect(sha256(read.bytes)).toBe(sha256(bodies[winner]!));
    expect(new Set(written.map(({ VersionId }) => VersionId)).size).toBe(8);
  });

  it('that is being read is not changed by a write', async () => {
    const body = randomBytes(4_000_000);
    await put('a', body);
    const { Body } = await fixture.client.send(new GetObjectCommand({ Bucket: bucket, Key: 'a' }));
    await put('a', 'short');
    expect(sha256(await Body!.transformToByteArray())).toBe(sha256(body));
  });
});

it('counts the bytes that it received, over connections that are closed by now as well', async () => {
  await put('a', randomBytes(100_000));
  fixture.client.destroy();
  await put('b', randomBytes(50_000));
  expect(fixture.s3.receivedBytes()).toBeGreaterThan(150_000);
  expect(fixture.s3.receivedBytes()).toBeLessThan(160_000);
});

describe('a key', () => {
  it.each([
    'a b+c%20d.csv',
    'acme/template=42/2026-10-01_2026-10-31/report.csv',
    'é/日本語/😀',
    'quotes\'"<&>/(!)*;:@,?#[]',
    '..a/b..c/...',
    '.s3cret/x',
    'a/.s3/x',
    'constructor/__proto__',
  ])('%s works everywhere', async (key) => {
    await put(key, key);
    expect((await get(key)).bytes.toString()).toBe(key);
    expect(await readFile(join(fixture.directory, ...key.split('/')), 'utf8')).toBe(key);
    expect((await fixture.s3.objects()).map((object) => object.key)).toEqual([key]);
  });

  it('that collides with a directory is refused, either way round', async () => {
    await put('a/b', 'x');
    const refused = { name: 'InvalidArgument', $metadata: { httpStatusCode: 400 } };
    await expect(put('a', 'x')).rejects.toMatchObject({ ...refused, message: /objects exist below it/ });
    await expect(put('a/b/c', 'x')).rejects.toMatchObject({
      ...refused,
      message: /an object exists above it/,
    });
    expect((await fixture.s3.objects()).map(({ key }) => key)).toEqual(['a/b']);
  });

  it.each(['a//b', 'a/', 'a\\b', 'a\nb', 'x'.repeat(256), '.s3', '.S3/objects/x', '.s3./x'])(
    '%j is refused',
    async (key) => {
      await expect(put(key, 'x')).rejects.toMatchObject({ name: 'InvalidArgument' });
      await expect(get(key)).rejects.toMatchObject({ name: 'InvalidArgument' });
    },
  );

  it('of more than 1024 bytes is too long', async () => {
    await expect(put('é/'.repeat(342), 'x')).rejects.toMatchObject({ name: 'KeyTooLongError' });
  });
});

it('shows what it holds', async () => {
  const { VersionId } = await put('a', 'hello', { ContentType: 'text/plain', Metadata: { rows: '1' } });
  expect(await fixture.s3.objects()).toEqual([
    {
      key: 'a',
      bytes: 5,
      versionId: VersionId,
      contentType: 'text/plain',
      metadata: { rows: '1' },
    },
  ]);
});
