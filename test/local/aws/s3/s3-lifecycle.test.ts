import { spawnSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, it, onTestFinished, vi } from 'vitest';

import { startS3 } from '../../../../local/aws/s3/s3.ts';
import { bucket, mebibyte } from './s3-fixture.ts';

async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'local-s3-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

/** How many servers this process has. */
const servers = () => process.getActiveResourcesInfo().filter((name) => name === 'TCPServerWrap').length;

/** A connection from which nothing is read. */
async function silentSocket(url: string): Promise<Socket> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1').pause();
  socket.on('error', () => undefined);
  onTestFinished(() => void socket.destroy());
  await new Promise((resolve) => socket.once('connect', resolve));
  return socket;
}

async function expectRefusal(directory: string) {
  const before = servers();
  await expect(startS3({ bucket, directory })).rejects.toThrow(
    `The bucket cannot be stored in ${directory}: `,
  );
  await vi.waitFor(() => expect(servers()).toBe(before), 60_000);
}

describe('a start', () => {
  it('is refused where the directory is a file, or would be below one', async () => {
    const parent = await temporaryDirectory();
    await writeFile(join(parent, 'file'), 'mine');
    await expectRefusal(join(parent, 'file'));
    await expectRefusal(join(parent, 'file', 'below'));
    expect(await readdir(parent)).toEqual(['file']);
  });

  it('is refused where nothing can be written', async () => {
    const parent = await temporaryDirectory();
    const existing = join(parent, 'existing');
    await mkdir(existing);
    await chmod(existing, 0o555);
    // To root, who may write anywhere else, the kernel's own files are closed.
    const isRoot = process.getuid?.() === 0;
    await expectRefusal(isRoot ? '/sys/exports' : existing);
    await expectRefusal(isRoot ? '/sys/exports/october' : join(existing, 'october'));
    expect(await readdir(existing)).toEqual([]);
  });

  it('is refused where the port is taken', async () => {
    const directory = await temporaryDirectory();
    const first = await startS3({ bucket, directory });
    onTestFinished(first.close);
    const before = servers();
    const port = Number(new URL(first.url).port);
    await expect(startS3({ bucket, directory, port })).rejects.toThrow('EADDRINUSE');
    await vi.waitFor(() => expect(servers()).toBe(before), 60_000);
  });
});

it('removes at its start what was on its way, but not what another process is at work on', async () => {
  const directory = await temporaryDirectory();
  const temporary = join(directory, '.s3', 'temporary');
  await mkdir(temporary, { recursive: true });
  const { pid: ended } = spawnSync(process.execPath, ['--version']);
  const ofRunning = `${process.ppid}-part`;
  for (const name of [ofRunning, `${ended}-part`, `${process.pid}-part`, 'part']) {
    await writeFile(join(temporary, name), 'x');
  }
  const s3 = await startS3({ bucket, directory });
  onTestFinished(s3.close);
  expect(await readdir(temporary)).toEqual([ofRunning]);
});

it('tells of a directory that fails, with the reason', async () => {
  const directory = await temporaryDirectory();
  const onDiskError = vi.fn<(error: Error) => void>();
  const s3 = await startS3({ bucket, directory, onDiskError });
  onTestFinished(s3.close);
  const put = () =>
    fetch(`${s3.url}/${bucket}/a`, { method: 'PUT', headers: { authorization: 'x' }, body: 'x' });
  expect((await put()).status).toBe(200);
  expect(onDiskError).not.toHaveBeenCalled();
  await rm(join(directory, '.s3'), { recursive: true });
  expect((await put()).status).toBe(500);
  expect(onDiskError).toHaveBeenCalledWith(expect.objectContaining({ code: 'ENOENT' }));
});

describe('close() ends', () => {
  const head = 'host: x\r\nauthorization: x\r\n';
  const getLarge = `GET /${bucket}/large HTTP/1.1\r\n${head}\r\n`;
  const putPart = `PUT /${bucket}/a HTTP/1.1\r\n${head}content-length: 10\r\n`;

  it.each([
    ['says nothing', ''],
    ['has sent half a head', `GET /${bucket}/large HTTP/1.1\r\nhos`],
    ['has sent half a body', `${putPart}\r\n12345`],
    ['waits to send its body', `${putPart}expect: 100-continue\r\n\r\n`],
    ['does not read its answer', getLarge],
    ['reads none of many answers', getLarge.repeat(5)],
    ['does not read the last of its answers', getLarge.replace(head, `${head}connection: close\r\n`)],
    ['asks for a tunnel', `CONNECT x:1 HTTP/1.1\r\n${head}\r\n`],
    ['asks for another protocol', getLarge.replace(head, `${head}connection: upgrade\r\nupgrade: x\r\n`)],
    ['does not speak HTTP', '\u0016\u0003\u0001\r\n\r\n'],
  ])('while a client %s', async (_, sent) => {
    const directory = await temporaryDirectory();
    await writeFile(join(directory, 'large'), Buffer.alloc(20 * mebibyte));
    const before = servers();
    const s3 = await startS3({ bucket, directory });
    const socket = await silentSocket(s3.url);
    socket.write(sent);
    await new Promise((resolve) => setTimeout(resolve, 20));
    await s3.close();
    await s3.close();
    expect(await readdir(join(directory, '.s3', 'temporary'))).toEqual([]);
    await vi.waitFor(() => expect(servers()).toBe(before), 60_000);
    await expect(fetch(s3.url)).rejects.toThrow('fetch failed');
  });
});
