import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test, type TestContext, vi } from 'vitest';
import { realClock } from '../../../local/clock.ts';
import { startLuccaSimulator } from '../../../local/lucca-simulator/simulator.ts';

const apiKey = 'cli-api-key-4711';

// Six processes synthesise the app at the same time, and some of them wait for a report.
vi.setConfig({ testTimeout: 90_000 });

interface Ending {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs `npm start -- ARGUMENTS` in a process of its own, with this environment and no other Lucca variables. */
async function start(
  argv: string[],
  environment: Record<string, string> = {},
  interruptWhen?: RegExp,
): Promise<Ending> {
  const { LUCCA_DOMAIN: _domain, LUCCA_API_KEY: _key, ...inherited } = process.env;
  const child = spawn(process.execPath, ['local/cli/start.ts', ...argv], {
    env: { ...inherited, ...environment },
  });
  const ending: Ending = { code: null, stdout: '', stderr: '' };
  let interrupts = 0;
  child.stdout.on('data', (text: Buffer) => (ending.stdout += text.toString()));
  child.stderr.on('data', (text: Buffer) => {
    ending.stderr += text.toString();
    if (interrupts === 0 && interruptWhen?.test(ending.stderr)) interrupts += child.kill('SIGINT') ? 1 : 0;
  });
  ending.code = await new Promise((resolve) => child.on('close', resolve));
  return ending;
}

type Finishing = Pick<TestContext, 'onTestFinished'>;

async function temporaryDirectory({ onTestFinished }: Finishing): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'lucca-report-export-cli-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

test.concurrent(
  'exports from a Lucca on 127.0.0.1 with its key, and prints one JSON document',
  async (context) => {
    const lucca = await startLuccaSimulator({ clock: realClock, apiKeys: [apiKey] });
    context.onTestFinished(lucca.close);
    const out = await temporaryDirectory(context);
    const argv = [
      '--template',
      '42',
      '--starts-on',
      '2026-10-01',
      '--ends-on',
      '2026-10-31',
      '--format',
      'excel',
    ];
    const { code, stdout, stderr } = await start([...argv, '--out', out, '--json'], {
      LUCCA_DOMAIN: lucca.url,
      LUCCA_API_KEY: apiKey,
    });

    expect(stderr).toContain('Check Report #1: done');
    expect(code).toBe(0);
    const output = JSON.parse(stdout) as { files: { key: string }[]; manifest: { key: string } };
    expect(await readFile(join(out, output.files[0]!.key))).toEqual(lucca.expectedFile(1001, 'excel'));
    expect(JSON.parse(await readFile(join(out, output.manifest.key), 'utf8'))).toEqual(output);
    for (const text of [stdout, stderr]) expect(text).not.toContain(apiKey);
  },
);

test.concurrent('a failed export ends with 1, its error and its cause', async (context) => {
  const out = await temporaryDirectory(context);
  const { code, stdout, stderr } = await start([
    '--json',
    '--out',
    out,
    '--input',
    '{"templateId":42,"formats":["pdf"]}',
  ]);
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toEqual({
    error: 'InvalidRequestError',
    cause: expect.stringContaining('formats[0]: expected one of "csv", "excel", found "pdf"') as string,
  });
  expect(stderr).not.toContain('Error:');
});

test.concurrent('Ctrl-C ends it cleanly', async (context) => {
  const [out, temporary] = [await temporaryDirectory(context), await temporaryDirectory(context)];
  const { code, stderr } = await start(['--out', out], { TMPDIR: temporary }, /Wait For Report/);
  expect(code).toBe(130);
  expect(stderr).toContain('The export was stopped.');
  expect(await readdir(out)).toEqual(expect.not.arrayContaining(['acme']));
  const left = await readdir(temporary);
  expect(left.filter((name) => name !== 'node-compile-cache')).toEqual([]);
});

test.concurrent('a backfill tells what it exported, and what it would', async (context) => {
  const out = await temporaryDirectory(context);
  const { code, stdout } = await start(['--backfill', '2026-02-10..2026-02', '--out', out]);
  const manifest = join(out, 'acme/template=42/2026-02-10_2026-02-28/manifest.json');
  expect(stdout).toBe(`Exported 1 of 1:\n  2026-02-10 to 2026-02-28: exported, ${manifest}\n`);
  expect(code).toBe(0);
  const argv = ['--backfill', '2026-02-10..2026-04', '--skip-existing', '--dry-run', '--out', out];
  expect((await start(argv)).stdout).toMatch(
    /^Would export 2 of 3, 1 skipped:\n.*: skipped, .*\n.*: planned, .*\n.*: planned, .*2026-04-01_2026-04-30\/\n$/,
  );
});

test.concurrent(
  'a backfill shows its progress, all that failed, and where the rest can be read',
  async (context) => {
    const out = await temporaryDirectory(context);
    const argv = ['--backfill', '2025-10..2026-03', '--every', 'quarter', '--template', '7', '--out', out];
    const { code, stderr } = await start(argv);
    expect(code).toBe(1);
    expect(stderr).toMatch(/\[1\/2\] 2025-10-01 to 2025-12-31[\s\S]*\[2\/2\] 2026-01-01 to 2026-03-31/);
    expect(stderr).toMatch(
      /BatchFailedError\n2 of 2 exports failed:\n- 2025-10-01 to 2025-12-31: TemplateNotFound/,
    );
    expect(stderr).toContain(`listed in ${out}/acme/batches/`);
  },
);

test.concurrent('--explain tells the dates and keys, and calls nobody', async (context) => {
  const out = await temporaryDirectory(context);
  const dates = ['--period', 'previousQuarter', '--offset', '1', '--scheduled-time', '2026-01-01T12:00:00Z'];
  const { code, stdout } = await start(['--explain', '--template', '7', ...dates, '--out', out], {
    LUCCA_DOMAIN: 'http://127.0.0.1:1',
  });
  const folder = join(out, 'acme/template=7/2025-07-01_2025-09-30/');
  expect(stdout).toBe(`Would export 1 of 1:\n  2025-07-01 to 2025-09-30: planned, ${folder}\n`);
  expect(code).toBe(0);
});

describe('bad usage ends with 2 and says why:', () => {
  test.each<[string, string[], Record<string, string>, RegExp]>([
    ['an unknown flag', ['--templat', '42'], {}, /unknown option '--templat'/],
    ['a superfluous argument', ['42'], {}, /too many arguments/],
    ['a template twice', ['--template', '1', '--template-file', 'package.json'], {}, /cannot be used with/],
    ['input beside flags', ['--input', '{}', '--period', 'yesterday'], {}, /cannot be used with/],
    ['input that is no JSON', ['--input', '{'], {}, /not JSON/],
    ['a range that is none', ['--backfill', '2026-01'], {}, /such as 2026-01\.\.2026-06/],
    [
      'a backfill with dates',
      ['--backfill', '2026-01..2026-02', '--period', 'today'],
      {},
      /cannot be used with/,
    ],
    ['a flag of backfills alone', ['--dry-run'], {}, /go with --backfill/],
    ['a tenant that is not configured', ['--tenant', 'nobody'], {}, /bin\/config\.ts.*found "nobody"/],
    ['a batch beside flags', ['--batch', '{}', '--template', '42'], {}, /cannot be used with/],
    ['a file that is missing', ['--template-file', 'missing.json'], {}, /ENOENT.*missing\.json/],
    ['a domain without a key', [], { LUCCA_DOMAIN: 'https://acme.ilucca.net' }, /LUCCA_API_KEY is not/],
    ['a key without a domain', [], { LUCCA_API_KEY: 'key' }, /LUCCA_DOMAIN is not/],
    [
      'a domain that is not Lucca’s',
      [],
      { LUCCA_DOMAIN: 'https://evil.example', LUCCA_API_KEY: 'key' },
      /evil\.example/,
    ],
  ])('%s', async (_, argv, environment, message) => {
    const { code, stdout, stderr } = await start(argv, environment);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
    expect(stdout).toBe('');
  });
});

test('--help lists every flag and ends with 0', async () => {
  const { code, stdout } = await start(['--help']);
  expect(code).toBe(0);
  for (const flag of [
    'template',
    'template-file',
    'starts-on',
    'ends-on',
    'period',
    'last-days',
    'offset',
    'scheduled-time',
    'format',
    'backfill',
    'every',
    'skip-existing',
    'dry-run',
    'batch',
    'tenant',
    'explain',
    'input',
    'out',
    'json',
  ]) {
    expect(stdout).toContain(`--${flag}`);
  }
});
