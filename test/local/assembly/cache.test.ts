import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { Duration } from 'aws-cdk-lib';
import { describe, expect, onTestFinished, test } from 'vitest';
import { hashProject, isUnchanged, projectFiles, stampOf } from '../../../local/assembly/inputs.ts';
import type { SynthesisAnswer } from '../../../local/assembly/synthesise.ts';
import { describeSettings } from '../../../local/assembly/synthesise.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'lucca-report-export-cache-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

test('synthesis reads no file of the project but those that its cache is kept by', async () => {
  const directory = temporaryDirectory();
  // All files in folders of the project's count.
  const covered = new Set(projectFiles(root).map((file) => file.split('/')[0]!));
  const libraries = realpathSync(join(root, 'node_modules'));
  const readable = [
    ...[...covered, 'node_modules'].map((name) => join(root, name)),
    libraries,
    directory,
  ].map((path) => `--allow-fs-read=${path}`);
  // Node itself refuses to read anything else.
  const flags = ['--permission', ...readable, `--allow-fs-write=${directory}`];
  const child = spawn(
    process.execPath,
    [
      ...flags,
      '--allow-child-process',
      '--allow-addons',
      join(root, 'local/assembly/app.ts'),
      JSON.stringify({ name: 'acme', domain: 'http://127.0.0.1:1', directory }),
    ],
    { env: { ...process.env, CDK_VALIDATION: 'false' }, stdio: ['ignore', 'ignore', 'pipe', 'ipc'] },
  );
  let said = '';
  child.stderr!.on('data', (text: Buffer) => (said += text.toString()));
  let answer: SynthesisAnswer | undefined;
  child.once('message', (message) => (answer = message as SynthesisAnswer));
  const [code] = (await once(child, 'close')) as [number];
  expect(said).not.toContain('Error');
  expect(code).toBe(0);
  // What is read is told: the bundles' sources, and the libraries.
  expect(answer?.inputs).toEqual(
    expect.arrayContaining([
      join(root, 'bin/config.ts'),
      join(root, 'lambdas/store-file.ts'),
      join(libraries, 'aws-cdk-lib/index.js'),
      join(libraries, '@aws-sdk/lib-storage/dist-es/index.js'),
    ]),
  );
});

test('where nothing can be kept, an assembly is made for the process alone', async () => {
  const project = temporaryDirectory();
  for (const part of ['bin', 'lib', 'lambdas', 'local', 'package.json']) {
    cpSync(join(root, part), join(project, part), { recursive: true });
  }
  mkdirSync(join(project, 'node_modules'));
  for (const name of readdirSync(join(root, 'node_modules'))) {
    symlinkSync(join(root, 'node_modules', name), join(project, 'node_modules', name));
  }
  rmSync(join(project, 'node_modules/.cache'), { force: true });
  // Not even root can create a folder there.
  writeFileSync(join(project, 'node_modules/.cache'), '');
  const temporary = temporaryDirectory();
  const code = `
    const { synthesise } = await import('./local/assembly/synthesise.ts');
    const { functions } = await synthesise({ name: 'acme', domain: 'http://127.0.0.1:1' });
    process.stdout.write(functions[0].directory);
    (await import('node:fs')).accessSync(functions[0].directory);`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', code], {
    cwd: project,
    env: { ...process.env, TMPDIR: temporary },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [directory, [status]] = await Promise.all([text(child.stdout), once(child, 'close')]);
  expect(status).toBe(0);
  expect(directory).toContain(temporary);
  expect(readdirSync(temporary)).toEqual([]);
});

/** A project to be changed. */
function copy(): string {
  const project = temporaryDirectory();
  for (const part of ['bin', 'package.json', 'package-lock.json', 'lib/settings']) {
    cpSync(join(root, part), join(project, part), { recursive: true });
  }
  symlinkSync('/somewhere', join(project, 'link'));
  return project;
}

describe('the hash of the project', () => {
  test.each<[string, (project: string) => void]>([
    ['a source is changed', (project) => appendFileSync(join(project, 'bin/config.ts'), ' ')],
    ['the lock file is changed', (project) => appendFileSync(join(project, 'package-lock.json'), ' ')],
    ['a file is added', (project) => writeFileSync(join(project, 'lib/settings/more.json'), '{}')],
    [
      'a folder is added',
      (project) => {
        mkdirSync(join(project, 'assets'));
        writeFileSync(join(project, 'assets/index.html'), 'x');
      },
    ],
    [
      'a link leads elsewhere',
      (project) => {
        rmSync(join(project, 'link'));
        symlinkSync('/elsewhere', join(project, 'link'));
      },
    ],
    ['a file is removed', (project) => rmSync(join(project, 'lib/settings/time-zone.ts'))],
    ['a file is renamed', (project) => renameSync(join(project, 'bin/app.ts'), join(project, 'bin/apps.ts'))],
  ])('is another one when %s', (_, change) => {
    const project = copy();
    const before = hashProject(project);
    change(project);
    expect(hashProject(project)).not.toBe(before);
  });

  test.each<[string, (project: string) => void]>([
    ['nothing happens', () => {}],
    ['a file is touched', (project) => utimesSync(join(project, 'bin/config.ts'), new Date(), new Date())],
    ['the readme is changed', (project) => writeFileSync(join(project, 'README.md'), 'x')],
    [
      'reports are exported',
      (project) => {
        mkdirSync(join(project, 'reports/.s3'), { recursive: true });
        writeFileSync(join(project, 'reports/report.csv'), 'x');
      },
    ],
  ])('stays when %s', (_, change) => {
    const project = copy();
    const before = hashProject(project);
    change(project);
    expect(hashProject(project)).toBe(before);
  });

  test('is none where data lies in the project’s folder: nobody could vouch for all of it in time', () => {
    const project = copy();
    mkdirSync(join(project, 'data'));
    for (let index = 0; index < 2_001; index++) writeFileSync(join(project, `data/${index}`), '');
    expect(hashProject(project)).toBeUndefined();
  });
});

test('a library that was changed by hand is another one', () => {
  const file = join(temporaryDirectory(), 'library.js');
  writeFileSync(file, '1');
  const stamp = stampOf(file);
  expect(isUnchanged(stamp)).toBe(true);
  writeFileSync(file, '2');
  // As archives and copies do it.
  utimesSync(file, 1, 1);
  expect(isUnchanged(stamp)).toBe(false);
  rmSync(file);
  expect(isUnchanged(stamp)).toBe(false);
});

test('settings that differ in any part are told apart', () => {
  const settings = [
    { name: 'acme' },
    { name: 'acme', reportTimeout: Duration.hours(1) },
    { name: 'acme', reportTimeout: Duration.hours(2) },
    { name: 'acme', defaultExport: { template: { deep: { deep: { deep: { deep: [1] } } } } } },
    { name: 'acme', defaultExport: { template: { deep: { deep: { deep: { deep: [2] } } } } } },
    { name: 'acme', defaultExport: { template: { text: 'x'.repeat(20_000) } } },
    { name: 'acme', defaultExport: { template: { text: `${'x'.repeat(20_000)}y` } } },
  ];
  expect(new Set(settings.map(describeSettings)).size).toBe(settings.length);
});
