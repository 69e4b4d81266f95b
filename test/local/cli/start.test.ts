import { readdirSync } from 'node:fs';
import { mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { realClock } from '../../../local/clock.ts';
import { startLuccaSimulator } from '../../../local/lucca-simulator/simulator.ts';
import { start, temporaryDirectory, when } from './process.ts';

const apiKey = 'cli-api-key-4711';

// However slow the machine is: nothing here depends on time.
vi.setConfig({ testTimeout: 300_000 });

test('exports from a Lucca on 127.0.0.1 with its key, and prints one JSON document', async (context) => {
  const lucca = await startLuccaSimulator({ clock: realClock, apiKeys: [apiKey], generationSeconds: 0 });
  context.onTestFinished(lucca.close);
  const out = await temporaryDirectory(context);
  const dates = ['--starts-on', '2026-10-01', '--ends-on', '2026-10-31'];
  const argv = ['--template', '42', ...dates, '--format', 'excel', '--out', out, '--json'];
  const { code, stdout, stderr } = await start(argv, {
    environment: { LUCCA_DOMAIN: lucca.url, LUCCA_API_KEY: apiKey },
  });

  expect(stderr).toContain('Check Report #1: done');
  expect(code).toBe(0);
  const output = JSON.parse(stdout) as { files: { key: string }[]; manifest: { key: string } };
  expect(await readFile(join(out, output.files[0]!.key))).toEqual(lucca.expectedFile(1001, 'excel'));
  expect(JSON.parse(await readFile(join(out, output.manifest.key), 'utf8'))).toEqual(output);
  for (const text of [stdout, stderr]) expect(text).not.toContain(apiKey);
  // Nobody else on this machine reads them. Windows has other ways.
  const written = await readdir(out, { recursive: true });
  const modes = await Promise.all(written.map(async (path) => (await stat(join(out, path))).mode & 0o077));
  expect(new Set(process.platform === 'win32' ? [0] : modes)).toEqual(new Set([0]));
});

test('an older Node is told what is missing', async () => {
  const older = "Object.defineProperty(process, 'versions', { value: { node: '20.20.2' } })";
  const { code, stderr } = await start([], {
    environment: { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(older)}` },
  });
  expect(code).toBe(1);
  expect(stderr).toMatch(/^Expected Node 24 or newer, found v\d.*install Node 24 yourself\.\n$/);
});

test.each<[string, string[]]>([
  ['a flag', ['--\u001B]0;x\u0007']],
  ['the name of a file', ['--template-file', '/nowhere/\u001B]0;x\u0007\u009B2J\u202E.json']],
  ['JSON', ['--input', '\u009B']],
])('a terminal does nothing that %s tells it to', async (_, argv) => {
  const { code, stderr } = await start(argv);
  expect(code).toBe(2);
  expect(stderr).toContain(String.raw`\u00`);
  expect(stderr).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}]/u);
});

test.skipIf(process.platform === 'win32')('nothing is logged to what stood there before', async (context) => {
  const out = await temporaryDirectory(context);
  await mkdir(join(out, '.logs'));
  await writeFile(join(out, 'elsewhere'), 'untouched');
  await symlink(join(out, 'elsewhere'), join(out, '.logs', 'local-1970-01-01T00-00-00-000Z.log'));
  // So that the name is known before.
  const stopped = 'Date.now = () => 0';
  const { stderr } = await start(['--template', '1', '--out', out], {
    environment: {
      LUCCA_DOMAIN: 'http://127.0.0.1:1',
      LUCCA_API_KEY: apiKey,
      NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(stopped)}`,
    },
    onStderr: when(/retry 1/, (child) => child.kill('SIGINT')),
  });
  expect(stderr).toMatch(/The functions' log can't be written: EEXIST/);
  expect(await readFile(join(out, 'elsewhere'), 'utf8')).toBe('untouched');
});

test.skipIf(process.platform === 'win32')('a report of a crash has no key in it', async (context) => {
  const [out, reports] = [await temporaryDirectory(context), await temporaryDirectory(context)];
  await start(['--template', '1', '--out', out], {
    environment: {
      LUCCA_DOMAIN: 'http://127.0.0.1:1',
      LUCCA_API_KEY: apiKey,
      NODE_OPTIONS: `--report-on-signal --report-dir=${reports}`,
    },
    onStderr: when(/retry 1/, (child) => {
      child.kill('SIGUSR2');
      const written = setInterval(() => {
        if (readdirSync(reports).length === 0) return;
        clearInterval(written);
        child.kill('SIGINT');
      }, 50);
    }),
  });
  const [report] = await readdir(reports);
  const told = await readFile(join(reports, report!), 'utf8');
  expect(told).toContain('"environmentVariables"');
  expect(told).not.toContain(apiKey);
});

describe('what is wrong with the input is told before anything starts:', () => {
  test.for<[string, string[], string]>([
    [
      'an export',
      ['--input', '{"templateId":42,"formats":["pdf"]}'],
      'formats[0]: expected one of "csv", "excel", found "pdf"',
    ],
    ['a batch', ['--batch', '{"exports":[]}'], 'exports: expected at least 1 entry'],
    ['what is to be explained', ['--explain', '--template', 'x'], 'templateId: expected a number, found "x"'],
  ])('%s', async ([, argv, problem], context) => {
    const directory = await temporaryDirectory(context);
    const out = join(directory, 'out');
    const { code, stdout, stderr } = await start([...argv, '--json', '--out', out]);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toEqual({
      error: 'InvalidRequestError',
      cause: expect.stringContaining(problem) as string,
    });
    expect(stderr).toBe('');
    expect(await readdir(directory)).toEqual([]);
  });
});

test('a backfill tells what it exported, and what it would', async (context) => {
  const out = await temporaryDirectory(context);
  const { code, stdout } = await start(['--backfill', '2026-02-10..2026-02', '--out', out]);
  const manifest = join(out, 'simulator/template=42/2026-02-10_2026-02-28/manifest.json');
  expect(stdout).toBe(`Exported 1 of 1:\n  2026-02-10 to 2026-02-28: exported, ${manifest}\n`);
  expect(code).toBe(0);

  // What is told without the state machine is what a dry run of it tells.
  const argv = ['--backfill', '2026-02-10..2026-04', '--skip-existing', '--out', out];
  const explained = await start([...argv, '--explain']);
  expect(explained.stdout).toMatch(
    /^Would export 2 of 3, 1 skipped:\n.*: skipped, .*\n.*: planned, .*\n.*: planned, .*2026-04-01_2026-04-30\/\n$/,
  );
  const [dryRunJson, explainedJson] = [
    await start([...argv, '--dry-run', '--json']),
    await start([...argv, '--explain', '--json']),
  ];
  expect(JSON.parse(explainedJson.stdout)).toEqual(JSON.parse(dryRunJson.stdout));
});

test('a backfill shows its progress, all that failed, and where the rest can be read', async (context) => {
  const out = await temporaryDirectory(context);
  const argv = ['--backfill', '2025-10..2026-03', '--every', 'quarter', '--template', '7', '--out', out];
  const { code, stderr } = await start(argv);
  expect(code).toBe(1);
  expect(stderr).toMatch(/\[1\/2\] 2025-10-01 to 2025-12-31[\s\S]*\[2\/2\] 2026-01-01 to 2026-03-31/);
  expect(stderr).toMatch(
    /BatchFailedError\n2 of 2 exports failed:\n- 2025-10-01 to 2025-12-31: TemplateNotFound/,
  );
  expect(stderr).toContain(`listed in ${out}/simulator/batches/`);
});

test('--explain tells the dates and keys, calls nobody and leaves nothing behind', async (context) => {
  const [out, temporary] = [await temporaryDirectory(context), await temporaryDirectory(context)];
  const dates = ['--period', 'previousQuarter', '--offset', '1', '--scheduled-time', '2026-01-01T12:00:00Z'];
  const { code, stdout, stderr } = await start(['--explain', '--template', '7', ...dates, '--out', out], {
    environment: { LUCCA_DOMAIN: 'http://127.0.0.1:1', TMPDIR: temporary },
  });
  const folder = join(out, 'acme/template=7/2025-07-01_2025-09-30/');
  expect(stdout).toBe(`Would export 1 of 1:\n  2025-07-01 to 2025-09-30: planned, ${folder}\n`);
  expect(stderr).toBe('');
  expect(code).toBe(0);
  expect([...(await readdir(out)), ...(await readdir(temporary))]).toEqual([]);
});

test('bad usage ends with 2, --help with 0', async () => {
  expect(await start(['--templat', '42'])).toEqual({
    code: 2,
    stdout: '',
    stderr: expect.stringContaining("unknown option '--templat'") as string,
  });
  expect(await start(['--help'])).toMatchObject({ code: 0, stderr: '' });
});
