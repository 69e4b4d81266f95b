import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Command } from 'commander';
import { type Mutation, mutations } from './mutations.ts';

const options = new Command('npm run mutate --')
  .description('Breaks a copy of the product in many ways, one by one, and tells what notices.')
  .option('--seeds <count>', 'simulations to try on each', '300')
  .option('--only <text>', 'those whose name or file holds this text', '')
  .option('--no-tests', 'the simulation alone')
  .parse()
  .opts<{ seeds: string; only: string; tests: boolean }>();

const root = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);

/** A copy of the repository, as far as git knows its files. */
async function copyRepository(): Promise<string> {
  const copy = await mkdtemp(join(tmpdir(), 'lucca-report-export-mutations-'));
  const { stdout } = await run('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
  });
  for (const file of stdout.split('\0').filter((name) => name !== '')) {
    await cp(join(root, file), join(copy, file), { recursive: true });
  }
  await symlink(join(root, 'node_modules'), join(copy, 'node_modules'));
  return copy;
}

/** What notices the mutation, or undefined. */
async function noticedBy(copy: string, { file, from, to }: Mutation): Promise<string | undefined> {
  const path = join(copy, file);
  const original = await readFile(path, 'utf8');
  // As it is, not as a pattern.
  await writeFile(
    path,
    original.replace(from, () => to),
  );
  try {
    return await complaintOf(copy);
  } finally {
    await writeFile(path, original);
  }
}

/** What the simulation, or the first test that fails, says of a copy, or undefined. */
async function complaintOf(copy: string): Promise<string | undefined> {
  const simulation = await failureOf(copy, ['test/simulation/main.ts', '--seeds', options.seeds, '--bail']);
  if (simulation !== undefined)
    return `simulation: ${/^- (.*)$/m.exec(simulation)?.[1] ?? simulation.trim().split('\n').at(-1)}`;
  const tests = options.tests
    ? await failureOf(copy, ['node_modules/vitest/vitest.mjs', 'run', '--bail', '1', ...elsewhere])
    : undefined;
  return tests && `test: ${/ FAIL {2}(.*)$/m.exec(tests)?.[1] ?? 'a file that does not load'}`;
}

/** The simulation was tried already, and the list of mutations notices its own. */
const elsewhere = ['--exclude', 'test/simulation/**', '--exclude', 'test/mutations/**'];

/** What a program of the copy printed if it failed. */
async function failureOf(copy: string, given: string[]): Promise<string | undefined> {
  try {
    await run(process.execPath, given, {
      cwd: copy,
      maxBuffer: 64 * 1024 * 1024,
      env: { ...process.env, NO_COLOR: '1' },
    });
    return undefined;
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    return `${stdout}\n${stderr}`;
  }
}

const copy = await copyRepository();
try {
  const chosen = mutations.filter(({ name, file }) => `${name} ${file}`.includes(options.only));
  const complaint = await complaintOf(copy);
  if (complaint !== undefined)
    throw new Error(`The copy fails without a mutation, so all would be noticed: ${complaint}`);
  let caught = 0;
  for (const mutation of chosen) {
    const noticed = await noticedBy(copy, mutation);
    if (noticed !== undefined) caught++;
    process.stdout.write(`${noticed === undefined ? 'SURVIVES' : 'caught  '} ${mutation.name}\n`);
    if (noticed !== undefined) process.stdout.write(`         ${noticed.slice(0, 150)}\n`);
  }
  process.stdout.write(`${caught} of ${chosen.length} caught\n`);
  process.exitCode = caught === chosen.length ? 0 : 1;
} finally {
  await rm(copy, { recursive: true, force: true });
}
