import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

/** What judges inputs and plans exports: constructs and the command line use it as the functions do. */
const rules = [
  'lambdas/shared',
  'lambdas/request',
  'lambdas/batch',
  'lambdas/report-template',
  'lambdas/aws/api-key-form.ts',
];

/** For each folder or file, what it may import besides itself. The most particular entry holds. */
const allowed: Record<string, string[]> = {
  bin: ['lib'],
  lib: rules,
  'lib/settings': [...rules, 'lib/workflows/run-times.ts'],
  'lib/workflows': [...rules, 'lib/security-findings.ts'],
  lambdas: ['package.json'],
  'lambdas/shared': [],
  'local/clock.ts': [],
  'local/links.ts': [],
  'local/states-language': [],
  'local/lucca-simulator': ['local/clock.ts', 'lambdas/shared/formats.ts'],
  // What the engine runs is what these make: here it meets the app.
  'local/assembly': ['bin/config.ts', 'lib/app.ts', 'lib/bundles.ts'],
  'local/aws': ['local/assembly/assembly.ts', 'local/clock.ts', 'local/states-language/index.ts'],
  'local/aws/dynamodb': ['local/aws'],
  'local/aws/eventbridge': ['local/assembly/assembly.ts', 'local/states-language/index.ts'],
  'local/aws/lambda': ['local/assembly/assembly.ts', 'local/states-language/index.ts'],
  'local/aws/s3': ['local/aws/faults.ts', 'local/aws/http-server.ts', 'local/links.ts'],
  'local/aws/secrets-manager': ['local/aws/faults.ts', 'local/aws/http-server.ts'],
  'local/aws/step-functions': [
    'local/assembly/assembly.ts',
    'local/aws/eventbridge',
    'local/clock.ts',
    'local/states-language/index.ts',
  ],
  'local/engine.ts': [
    'lambdas/shared/environment.ts',
    'local/assembly',
    'local/aws',
    'local/clock.ts',
    'local/states-language/index.ts',
  ],
  'local/cli': [
    ...rules,
    'bin/config.ts',
    'lib/settings',
    'local/assembly',
    'local/aws/settings.ts',
    'local/clock.ts',
    'local/engine.ts',
    'local/links.ts',
    'local/lucca-simulator/simulator.ts',
    'local/states-language/index.ts',
  ],
};

interface Import {
  /** Path in the repository, or the name of a package. */
  target: string;
  /** Types only: gone when the program runs. */
  isType: boolean;
}

const sources = ['bin', 'lib', 'lambdas', 'local'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.m?[jt]s$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name))),
);

const importsOf = (file: string): Import[] =>
  [
    ...readFileSync(join(root, file), 'utf8').matchAll(/(import type [^;]*?|from|import\(?)\s*'([^']+)'/g),
  ].map(([, how, target]) => ({
    target: target!.startsWith('.') ? relative(root, join(root, dirname(file), target!)) : target!,
    isType: how!.startsWith('import type'),
  }));

const imports = new Map(sources.map((file) => [file, importsOf(file)]));
const isWithin = (file: string, place: string) => file === place || file.startsWith(`${place}/`);
const isInRepository = ({ target }: Import) => /\.(ts|json)$/.test(target);

const placeOf = (file: string) =>
  Object.keys(allowed)
    .filter((place) => isWithin(file, place))
    .toSorted((a, b) => b.length - a.length)[0]!;

test.each(Object.keys(allowed))('%s imports only what it may', (place) => {
  const offences = sources
    .filter((file) => placeOf(file) === place)
    .flatMap((file) =>
      imports
        .get(file)!
        .filter(isInRepository)
        .filter(({ target }) => ![place, ...allowed[place]!].some((other) => isWithin(target, other)))
        .map(({ target }) => `${file} imports ${target}`),
    );
  expect(offences).toEqual([]);
});

test('every file has its place', () => {
  expect(sources.filter((file) => placeOf(file) === undefined)).toEqual([]);
});

/** All that is loaded with a file. */
function loadedWith(file: string, seen = new Set<string>()): Set<string> {
  for (const { target, isType } of imports.get(file) ?? []) {
    if (isType || seen.has(target)) continue;
    seen.add(target);
    loadedWith(target, seen);
  }
  return seen;
}

describe('what constructs and the command line share with the functions', () => {
  const shared = sources.filter((file) => rules.some((place) => isWithin(file, place)));

  test.each(shared)('%s loads no SDK', (file) => {
    expect([...loadedWith(file)].filter((target) => target.startsWith('@aws'))).toEqual([]);
  });
});

test('the settings load no CDK: a wrong one is told at once', () => {
  const settings = sources.filter((file) => isWithin(file, 'lib/settings'));
  const loaded = settings.flatMap((file) => imports.get(file)!).filter(({ isType }) => !isType);
  expect(loaded.filter(({ target }) => target.startsWith('aws-cdk'))).toEqual([]);
});

// A state may hold states: the interpreter is one, however many folders it has.
const folderOf = (file: string) =>
  dirname(file)
    .split('/')
    .slice(0, isWithin(file, 'local/states-language') ? 2 : 3)
    .join('/');

test('the folders of the laptop form a tree', () => {
  const edges = sources
    .filter((file) => isWithin(file, 'local'))
    .flatMap((file) =>
      imports
        .get(file)!
        .filter(({ target }) => isWithin(target, 'local') && folderOf(target) !== folderOf(file))
        .map(({ target }) => [folderOf(file), folderOf(target)] as const),
    )
    // Files beside the folders are nobody's inside.
    .filter(([, to]) => to !== 'local' && to !== 'local/aws');
  const reaches = (from: string, to: string, seen = new Set<string>()): boolean =>
    edges.some(([a, b]) => a === from && (b === to || (!seen.has(b) && reaches(b, to, seen.add(b)))));
  expect([...new Set(edges.map(([from]) => from))].filter((folder) => reaches(folder, folder))).toEqual([]);
});
