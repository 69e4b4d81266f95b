import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { CommanderError } from 'commander';
import { readFlags } from '../../../local/cli/flags.ts';
import { readOptions } from '../../../local/cli/options.ts';
import { acme } from '../../support/acme.ts';

/** What a command line is read as, or what is told of it. */
function read(argv: string[], environment: NodeJS.ProcessEnv = {}) {
  const said: string[] = [];
  const output = vi.spyOn(process.stderr, 'write').mockImplementation((text) => said.push(String(text)) > 0);
  try {
    const { flags, fail } = readFlags(argv);
    return readOptions(flags, [acme], environment, fail);
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return { exitCode: error.exitCode, said: said.join('') };
  } finally {
    output.mockRestore();
  }
}

const key = { LUCCA_API_KEY: 'key' };
const globex = { LUCCA_DOMAIN: 'https://globex.ilucca.ch/' };

describe('bad usage ends with 2 and says why:', () => {
  test.each<[string, string[], Record<string, string>, RegExp]>([
    ['an unknown flag', ['--templat', '42'], {}, /unknown option '--templat'/],
    ['a superfluous argument', ['42'], {}, /too many arguments/],
    ['a template twice', ['--template', '1', '--template-file', 'package.json'], {}, /cannot be used with/],
    ['input beside flags', ['--input', '{}', '--period', 'yesterday'], {}, /cannot be used with/],
    ['input that is no JSON', ['--input', '{'], {}, /'--input <json>'.*not JSON.* line 1, column 2/],
    ['a range that is none', ['--backfill', '2026-01'], {}, /such as 2026-01\.\.2026-06/],
    [
      'a backfill with dates',
      ['--backfill', '2026-01..2026-02', '--period', 'today'],
      {},
      /cannot be used with/,
    ],
    ['a flag of backfills alone', ['--dry-run'], {}, /go with --backfill/],
    [
      'a tenant that is not configured',
      ['--tenant', 'nobody'],
      {},
      /bin\/config\.ts \(acme\).*found "nobody"/,
    ],
    ['a batch beside flags', ['--batch', '{}', '--template', '42'], {}, /cannot be used with/],
    ['a file that is missing', ['--template-file', 'missing.json'], {}, /ENOENT.*missing\.json/],
    ['a domain without a key', [], { LUCCA_DOMAIN: acme.domain }, /LUCCA_API_KEY is not set/],
    ['a tenant without a key', ['--tenant', 'acme'], {}, /--tenant names acme, but LUCCA_API_KEY is not set/],
    ['a key without a domain', [], key, /LUCCA_API_KEY is set.*LUCCA_DOMAIN.*--tenant/],
    [
      'a tenant and the domain of another',
      ['--tenant', 'acme'],
      { ...globex, ...key },
      /tenant acme.*globex/,
    ],
    ['a domain that is not Lucca’s', [], { LUCCA_DOMAIN: 'https://evil.example', ...key }, /evil\.example/],
    [
      'an account whose folder is the simulator’s',
      [],
      { LUCCA_DOMAIN: 'https://simulator.ilucca.net', ...key },
      /bin\/config\.ts under another name.*--tenant/,
    ],
    [
      'an account whose name is too long for a folder',
      [],
      { LUCCA_DOMAIN: `https://${'a'.repeat(60)}.ilucca.net`, ...key },
      /no folder can be called "a+".*bin\/config\.ts under another name.*--tenant/,
    ],
    [
      'an account that is no name',
      [],
      { LUCCA_DOMAIN: 'https://-x-.ilucca.net', ...key },
      /no folder can be called "-x-"/,
    ],
    [
      'an empty key',
      ['--tenant', 'acme'],
      { LUCCA_API_KEY: '' },
      /LUCCA_API_KEY is empty: expected an API key/,
    ],
    ['an empty key, and nothing else', [], { LUCCA_API_KEY: '' }, /LUCCA_API_KEY is empty/],
    ['a key in quotes', [], { ...globex, LUCCA_API_KEY: "'hidden'" }, /^(?!.*hidden).*holds quotes/],
  ])('%s', (_, argv, environment, message) => {
    expect(read(argv, environment)).toEqual({ exitCode: 2, said: expect.stringMatching(message) as string });
  });
});

test.each<[string, string[], NodeJS.ProcessEnv, object]>([
  [
    'nothing: an example',
    [],
    {},
    {
      workflow: 'export',
      tenant: 'simulator',
      input: { templateId: 42, period: 'previousMonth', formats: ['csv', 'excel'] },
    },
  ],
  [
    'a domain: its account is the tenant',
    ['--template', '7'],
    { ...globex, ...key },
    {
      tenant: 'globex',
      input: { templateId: 7 },
      lucca: { tenant: 'globex', domain: 'https://globex.ilucca.ch', apiKey: 'key' },
    },
  ],
  [
    'a tenant and a key: the domain is the tenant’s',
    ['--tenant', 'acme', '--template', '7'],
    key,
    { tenant: 'acme', lucca: { tenant: 'acme', domain: 'https://acme.ilucca.net', apiKey: 'key' } },
  ],
  [
    'a stand-in of Lucca, with blanks around its key',
    ['--template', '7'],
    { LUCCA_DOMAIN: 'http://127.0.0.1:8080', LUCCA_API_KEY: ' key\n' },
    { tenant: 'acme', lucca: { tenant: 'acme', domain: 'http://127.0.0.1:8080', apiKey: 'key' } },
  ],
  [
    'a backfill',
    [
      '--backfill',
      '2026-01..2026-03',
      '--template',
      '7',
      '--skip-existing',
      '--format',
      'csv',
      '--format',
      'excel',
    ],
    {},
    {
      workflow: 'batch',
      input: {
        backfill: {
          from: '2026-01',
          to: '2026-03',
          every: 'month',
          templateId: 7,
          formats: ['csv', 'excel'],
        },
        skipExisting: true,
      },
    },
  ],
  [
    'what is only explained: of a domain, without a key',
    ['--explain', '--template', '7'],
    globex,
    { explain: true, tenant: 'globex', input: { templateId: 7 } },
  ],
  [
    'what is only explained: of a tenant, without a key',
    ['--explain', '--tenant', 'acme', '--template', '7'],
    {},
    { explain: true, tenant: 'acme' },
  ],
])('reads %s', (_, argv, environment, expected) => {
  expect(read(argv, environment)).toMatchObject(expected);
});

test('a flag that npm took for itself is told, instead of exporting something else', () => {
  vi.stubEnv('npm_config_starts_on', '2026-01-01');
  onTestFinished(() => void vi.unstubAllEnvs());
  expect(read([])).toEqual({
    exitCode: 2,
    said: expect.stringMatching(/npm took --starts-on for itself.*npm start -- --starts-on/) as string,
  });
  expect(read(['--starts-on', '2026-01-01'])).not.toHaveProperty('exitCode');
});

test("what npm's own configuration says is none of them", () => {
  vi.stubEnv('npm_config_json', 'true');
  vi.stubEnv('npm_config_dry_run', 'true');
  onTestFinished(() => void vi.unstubAllEnvs());
  expect(read([])).not.toHaveProperty('exitCode');
});

test('a home directory that the shell did not expand is meant', () => {
  expect(read(['--out=~/exports'])).toMatchObject({ out: join(homedir(), 'exports') });
});

test('paths are those of the folder that npm was called in, but for the default', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lucca-report-export-options-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'input.json'), '{"templateId":7}');
  vi.stubEnv('INIT_CWD', folder);
  onTestFinished(() => void vi.unstubAllEnvs());
  expect(read(['--out', 'mine', '--input', '@input.json'])).toMatchObject({
    out: join(folder, 'mine'),
    input: { templateId: 7 },
  });
  expect(read([])).toMatchObject({ out: join(process.cwd(), 'exports') });
  vi.stubEnv('INIT_CWD', process.cwd());
  expect(read([])).toMatchObject({ out: 'exports' });
});

test('--help lists every flag', () => {
  const said: string[] = [];
  const output = vi.spyOn(process.stdout, 'write').mockImplementation((text) => said.push(String(text)) > 0);
  try {
    expect(() => readFlags(['--help'])).toThrow(CommanderError);
  } finally {
    output.mockRestore();
  }
  const flags =
    'template template-file starts-on ends-on period last-days offset scheduled-time format backfill every ' +
    'skip-existing dry-run batch tenant explain input out json';
  for (const flag of flags.split(' ')) expect(said.join('')).toContain(`--${flag}`);
});
