import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

/** For each folder, what its files may import of the others: files or folders, relative to the repository. */
const allowed: Record<string, string[]> = {
  bin: ['bin', 'lib'],
  lib: [
    'lib',
    // What is configured is judged by the same rules as what is typed in.
    'lambdas/batch/validate.ts',
    'lambdas/request/defaults.ts',
    'lambdas/request/validate.ts',
    'lambdas/shared/contract.ts',
    'lambdas/shared/environment.ts',
    'lambdas/shared/errors.ts',
  ],
  lambdas: ['lambdas', 'package.json'],
  local: ['local'],
};

/** The two places where the laptop meets the app: its synthesis, and the rule for domains. */
const exceptions: Record<string, string[]> = {
  'local/assembly/app.ts': ['bin/config.ts', 'lib/app.ts'],
  'local/cli/lucca-target.ts': [
    'bin/config.ts',
    'lib/settings/lucca-domain.ts',
    'lib/settings/tenant-settings.ts',
  ],
};

/** What constructs and Lambdas share must not load an SDK. */
const sharedWithLib = allowed.lib!.filter((path) => path.endsWith('.ts'));

const importsOf = (file: string) =>
  [...readFileSync(join(root, file), 'utf8').matchAll(/(?:from|import)\s+'([^']+)'/g)].map(
    ([, target]) => target!,
  );

const filesOf = (folder: string) =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));

test.each(Object.keys(allowed))('%s imports only what it may', (folder) => {
  const offences = filesOf(folder).flatMap((file) => {
    const permitted = [...allowed[folder]!, ...(exceptions[file] ?? [])];
    return importsOf(file)
      .filter((target) => target.startsWith('.'))
      .map((target) => relative(root, join(root, dirname(file), target)))
      .filter((target) => !permitted.some((path) => target === path || target.startsWith(`${path}/`)))
      .map((target) => `${file} imports ${target}`);
  });
  expect(offences).toEqual([]);
});

test.each(sharedWithLib)('%s loads no SDK', (file) => {
  expect(importsOf(file).filter((target) => target.startsWith('@aws'))).toEqual([]);
});
