import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, openSync, rmSync } from 'node:fs';
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, test, vi } from 'vitest';
import { start, temporaryDirectory, when } from './process.ts';

// However slow the machine is: that a process ends at all is what is tested.
vi.setConfig({ testTimeout: 300_000 });

describe.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('%s', (signal) => {
  test('ends an export that is under way, and leaves nothing behind', async (context) => {
    const [out, temporary] = [await temporaryDirectory(context), await temporaryDirectory(context)];
    const { code, stderr } = await start(['--out', out], {
      environment: { TMPDIR: temporary },
      onStderr: when(/Wait For Report/, (child) => child.kill(signal)),
    });
    expect(stderr).toContain('The export was stopped.');
    expect(code).toBe(130);
    expect(await readdir(out)).not.toContain('simulator');
    expect(await readdir(temporary)).toEqual([]);
  });
});

test('a synthesis that is under way is ended as well', async (context) => {
  const [out, temporary] = [await temporaryDirectory(context), await temporaryDirectory(context)];
  // A tenant that was never synthesised before.
  const domain = `https://t${process.pid}.ilucca.net`;
  const { code, stderr } = await start(['--out', out, '--template', '1'], {
    environment: { TMPDIR: temporary, LUCCA_DOMAIN: domain, LUCCA_API_KEY: 'key' },
    onStderr: when(/Synthesising/, (child) => child.kill('SIGTERM')),
  });
  expect(stderr).toContain('The export was stopped.');
  expect(code).toBe(130);
  expect([...(await readdir(out)), ...(await readdir(temporary))]).toEqual([]);
});

test('an export that is stopped tells what it was held up by', async (context) => {
  const out = await temporaryDirectory(context);
  const { code, stdout } = await start(['--template', '1', '--out', out, '--json'], {
    // Nobody may listen there.
    environment: { LUCCA_DOMAIN: 'http://127.0.0.1:1', LUCCA_API_KEY: 'key' },
    onStderr: when(/retry 1 .*: POST .*got no answer/, (child) => child.kill('SIGINT')),
  });
  const { cause } = JSON.parse(stdout) as Record<string, string>;
  expect(cause).toMatch(/^The export was stopped while Create Report was tried again: POST .*got no answer/);
  expect(code).toBe(130);
  const [log] = await readdir(join(out, '.logs'));
  expect(await readFile(join(out, '.logs', log!), 'utf8')).toContain(cause);
});

describe('a reader that goes away', () => {
  test('ends the export quietly when it read the progress', async (context) => {
    const out = await temporaryDirectory(context);
    const { code, stderr } = await start(['--out', out], {
      onStderr: when(/\n/, (child) => child.stderr!.destroy()),
    });
    expect(code).toBe(130);
    expect(stderr).not.toContain('Error');
  });

  test('is no failure when it wanted the result', async (context) => {
    const out = await temporaryDirectory(context);
    const { code, stderr } = await start(['--explain', '--out', out], {
      onStart: (child) => child.stdout!.destroy(),
    });
    expect(code).toBe(0);
    expect(stderr).toBe('');
  });
});

test.skipIf(!existsSync('/dev/full'))('output that finds no room is a failure, with the reason', async () => {
  const child = spawn(process.execPath, ['local/cli/start.mjs', '--explain'], {
    stdio: ['ignore', openSync('/dev/full', 'w'), 'pipe'],
  });
  const [said, [code]] = await Promise.all([text(child.stderr!), once(child, 'close')]);
  expect(said).toContain("The output can't be written: ENOSPC");
  expect(code).toBe(1);
});

test('an export ends when the shell of npm does, which hands on no signal', async (context) => {
  const out = await temporaryDirectory(context);
  const shell = spawn('sh', ['-c', '"$0" local/cli/start.mjs --out "$1"; true', process.execPath, out], {
    env: { ...process.env, npm_lifecycle_event: 'start' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  const stop = when(/Wait For Report/, () => shell.kill());
  shell.stderr.on('data', (more: Buffer) => stop((said += more.toString()), shell));
  await once(shell.stderr, 'end');
  expect(said).toMatch(/The export was stopped\.\n$/);
});

test.for<[string, (directory: string) => Promise<string>]>([
  [
    'a file',
    async (directory) => {
      await writeFile(join(directory, 'file'), '');
      return join(directory, 'file');
    },
  ],
  ['below a file', async () => join(import.meta.filename, 'exports')],
  ['where nobody may create one', async () => '/proc/exports'],
  [
    'with a link in it that leads elsewhere',
    async (directory) => {
      await symlink(tmpdir(), join(directory, '.logs'));
      return directory;
    },
  ],
])('a directory for the files that is %s is refused, and the process ends', async ([, place], context) => {
  const out = await place(await temporaryDirectory(context));
  const { code, stdout, stderr } = await start(['--out', out, '--json']);
  expect(JSON.parse(stdout)).toEqual({
    error: 'OutputDirectoryError',
    cause: expect.stringMatching(
      /^--out: expected a directory that can be written, found ".*": (E|.*link)/,
    ) as string,
  });
  expect(stderr).toBe('');
  expect(code).toBe(1);
});

test('a directory that fails later ends the export at once, with the reason', async (context) => {
  const out = await temporaryDirectory(context);
  const { code, stdout } = await start(['--out', out, '--json', '--format', 'csv'], {
    onStderr: (said, child) => {
      if (/Wait For Report/.test(said)) rmSync(join(out, '.s3'), { recursive: true, force: true });
      if (/retry/.test(said)) child.kill();
    },
  });
  expect(JSON.parse(stdout)).toEqual({
    error: 'OutputDirectoryError',
    cause: expect.stringContaining(`found "${out}": ENOENT`) as string,
  });
  expect(code).toBe(1);
});

test('the user’s own settings of AWS have no influence', async (context) => {
  const [out, home] = [await temporaryDirectory(context), await temporaryDirectory(context)];
  await mkdir(join(home, '.aws'));
  const settings = 'region = us-gov-west-1\nuse_fips_endpoint = true\nuse_dualstack_endpoint = true\n';
  await writeFile(
    join(home, '.aws/config'),
    `[default]\n${settings}endpoint_url = http://127.0.0.1:1\n[profile work]\n${settings}`,
  );
  const { code, stdout } = await start(['--out', out, '--json', '--format', 'csv'], {
    environment: {
      HOME: home,
      USERPROFILE: home,
      AWS_PROFILE: 'work',
      AWS_REGION: 'cn-north-1',
      AWS_USE_FIPS_ENDPOINT: 'true',
      AWS_USE_DUALSTACK_ENDPOINT: 'true',
      AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
      AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:1',
      AWS_CONFIG_FILE: join(home, '.aws/config'),
      AWS_CA_BUNDLE: '/nowhere',
      AWS_MAX_ATTEMPTS: 'many',
    },
  });
  expect(JSON.parse(stdout)).toMatchObject({ templateId: 42, files: [{ format: 'csv' }] });
  expect(code).toBe(0);
});
