import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

interface Installed {
  integrity?: string;
  resolved?: string;
  /** Comes in the archive of the package that it stands in. */
  inBundle?: boolean;
  hasInstallScript?: boolean;
  os?: string;
  cpu?: string;
  bin?: Record<string, string>;
}

const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as { packages: Record<string, Installed> };
const { '': _, ...packages } = lock.packages;
const nameOf = (path: string) => path.replace(/^.*node_modules\//, '');

test('whatever is installed is known by its hash, wherever it comes from', () => {
  const unknown = Object.entries(packages).filter(
    ([, { integrity = '', resolved, inBundle }]) =>
      (inBundle !== true && !integrity.startsWith('sha512-')) || resolved !== undefined,
  );
  expect(unknown).toEqual([]);
});

test('Node is, too, on the machines that people have', () => {
  const machines = Object.values(packages)
    .filter(({ bin }) => bin?.['node'] !== undefined)
    .map(({ os, cpu }) => `${os} ${cpu}`);
  expect(machines.toSorted()).toEqual([
    'darwin arm64',
    'darwin x64',
    'linux arm64',
    'linux x64',
    'win32 x64',
  ]);
});

test('no package runs anything when it is installed, and the documents say what each wanted', () => {
  expect(readFileSync('.npmrc', 'utf8')).toMatch(/^ignore-scripts=true$/m);
  const documented = readFileSync('docs/security.md', 'utf8').matchAll(/^\| `(.+?)` .*install script/gm);
  const scripted = Object.entries(packages).filter(([, { hasInstallScript }]) => hasInstallScript);
  expect(scripted.map(([path]) => nameOf(path)).toSorted()).toEqual(
    [...documented].map(([, name]) => name).toSorted(),
  );
});

const days = (file: string, pattern: RegExp) =>
  [...readFileSync(file, 'utf8').matchAll(pattern)].map(([, number]) => number);

test('versions wait as many days for npm as for what proposes them', () => {
  expect(days('.npmrc', /^min-release-age=(\d+)$/gm)).toEqual(['7']);
  expect(days('.github/dependabot.yml', /default-days: (\d+)/g)).toEqual(['7', '7']);
});

test('what GitHub runs is named by its commit, and may read only', () => {
  for (const file of readdirSync('.github/workflows')) {
    const workflow = readFileSync(`.github/workflows/${file}`, 'utf8');
    const used = [...workflow.matchAll(/uses: (\S+)/g)].map(([, action]) => action);
    expect(used.filter((action) => !/@[\da-f]{40}$/.test(action!))).toEqual([]);
    expect(workflow).toMatch(/^permissions:\n {2}contents: read\n\n/m);
  }
});
