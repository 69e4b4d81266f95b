import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { startS3 } from '../../../../local/aws/s3/s3.ts';

let directory: string;
let elsewhere: string;
beforeEach(async () => {
  const parent = await mkdtemp(join(tmpdir(), 'local-s3-links-'));
  onTestFinished(() => rm(parent, { recursive: true }));
  [directory, elsewhere] = [join(parent, 'objects'), join(parent, 'elsewhere')];
  await mkdir(directory);
  await mkdir(join(elsewhere, 'temporary'), { recursive: true });
  await writeFile(join(elsewhere, 'temporary', 'precious'), 'mine');
});

/** A server on the directory, and a client. */
async function start(onDiskError: (error: Error) => void) {
  const s3 = await startS3({ bucket: 'reports', directory, onDiskError });
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new S3Client({ endpoint: s3.url, region: 'eu-west-3', credentials, maxAttempts: 1 });
  onTestFinished(async () => {
    client.destroy();
    await s3.close();
  });
  return client;
}

test.each([
  ['.s3', '.'],
  ['.s3/temporary', 'temporary'],
])('a start removes nothing behind a planted %s', async (link, target) => {
  if (link.includes('/')) await mkdir(join(directory, '.s3'));
  await symlink(join(elsewhere, target), join(directory, link));
  await expect(startS3({ bucket: 'reports', directory })).rejects.toThrow(/is a symbolic link/);
  expect(await readFile(join(elsewhere, 'temporary', 'precious'), 'utf8')).toBe('mine');
});

test.each(['acme', 'acme/report.csv', 'acme/template=42'])(
  'nothing is written or read behind a planted %s',
  async (link) => {
    if (link.includes('/')) await mkdir(join(directory, 'acme'));
    await symlink(
      link.endsWith('.csv') ? join(elsewhere, 'temporary', 'precious') : elsewhere,
      join(directory, link),
    );
    const errors: string[] = [];
    const client = await start((error) => errors.push(error.message));
    const Key = link.endsWith('.csv') ? link : `${link}/temporary/precious`;
    await expect(client.send(new PutObjectCommand({ Bucket: 'reports', Key, Body: 'x' }))).rejects.toThrow(
      /symbolic link/,
    );
    await expect(client.send(new GetObjectCommand({ Bucket: 'reports', Key }))).rejects.toThrow(
      /symbolic link/,
    );
    expect(errors).toEqual([0, 1].map(() => expect.stringMatching(/is a symbolic link/) as string));
    expect(await readdir(elsewhere)).toEqual(['temporary']);
    expect(await readFile(join(elsewhere, 'temporary', 'precious'), 'utf8')).toBe('mine');
    expect(existsSync(join(directory, '.s3', 'temporary'))).toBe(true);
  },
);

test('the directory itself may be reached through a link', async () => {
  await symlink(directory, `${directory}-link`);
  directory = `${directory}-link`;
  const client = await start(() => {});
  await client.send(new PutObjectCommand({ Bucket: 'reports', Key: 'acme/report.csv', Body: 'x' }));
  expect(await readFile(join(directory, 'acme', 'report.csv'), 'utf8')).toBe('x');
});
