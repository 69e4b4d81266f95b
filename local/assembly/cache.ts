import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, utimesSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hashProject, isUnchanged, projectFiles, type Stamp, stampOf } from './inputs.ts';

const project = fileURLToPath(new URL('../..', import.meta.url));
const cache = join(project, 'node_modules', '.cache', 'lucca-report-export');

/** The files that went into an assembly besides those in its key: libraries, as a rule. */
const stampsFile = 'inputs.json';

const digest = (value: unknown) => createHash('sha256').update(JSON.stringify(value)).digest('hex');

/**
 * What an assembly is kept by: what is asked for, the project's folder and files, and Node itself. Undefined where
 * nobody can vouch for it.
 * @param request what is synthesised, the settings of the tenant among it: JSON
 */
export function cacheKey(request: unknown): string | undefined {
  const sources = hashProject(project);
  return sources && digest([request, project, sources, process.version, process.arch]);
}

/** The directory of an assembly that is still what synthesis would make, if there is one. */
export function findCached(key: string): string | undefined {
  try {
    const found = readdirSync(cache)
      .filter((name) => name.startsWith(key))
      .map((name) => join(cache, name))
      .find((directory) => readStamps(directory).every(isUnchanged));
    if (found !== undefined) markAsUsed(found);
    return found;
  } catch {
    // None was ever kept, or one is damaged.
    return undefined;
  }
}

function markAsUsed(directory: string): void {
  try {
    utimesSync(directory, new Date(), new Date());
  } catch {
    // Somebody else's: it serves all the same.
  }
}

const readStamps = (directory: string) =>
  JSON.parse(readFileSync(join(directory, stampsFile), 'utf8')) as Stamp[];

/**
 * An empty directory for an assembly to be made in, beside those that are kept. Where nothing can be kept, it is a
 * temporary one, which ends with the process.
 */
export async function createDraft(): Promise<string> {
  try {
    await mkdir(cache, { recursive: true });
    return await mkdtemp(join(cache, 'draft-'));
  } catch {
    const draft = await mkdtemp(join(tmpdir(), 'lucca-report-export-'));
    process.once('exit', () => rmSync(draft, { recursive: true, force: true }));
    return draft;
  }
}

/**
 * Keeps an assembly, if it can be kept, and answers where it is. Nothing that is kept is ever changed: somebody may be using it.
 * @param inputs the files that went into it
 */
export async function keepDraft(draft: string, key: string, inputs: readonly string[]): Promise<string> {
  if (dirname(draft) !== cache) return draft;
  const covered = new Set(projectFiles(project).map((file) => join(project, file)));
  const others = inputs.filter((file) => !covered.has(file));
  const stamps = [...new Set([...others, ...others.flatMap(packageFilesOf)])].map(stampOf);
  await writeFile(join(draft, stampsFile), JSON.stringify(stamps));
  const directory = join(cache, `${key}-${digest(stamps)}`);
  try {
    await rename(draft, directory);
  } catch {
    // Another process was faster: the same went into its own.
    await rm(draft, { recursive: true, force: true });
  }
  await makeRoom();
  return directory;
}

/** The `package.json` files around a file, which decide what is loaded under a name. */
function packageFilesOf(file: string): string[] {
  const folder = dirname(file);
  if (folder === file || basename(folder) === 'node_modules') return [];
  const manifest = join(folder, 'package.json');
  return [...(existsSync(manifest) ? [manifest] : []), ...packageFilesOf(folder)];
}

const mostKept = 10;
const oneDay = 24 * 60 * 60 * 1000;

/** Removes what nobody has used for a day, but for the last few. What is in use, or under way, is younger. */
async function makeRoom(): Promise<void> {
  const entries = await Promise.all(
    (await readdir(cache)).map(async (name) => ({ name, usedAt: (await stat(join(cache, name))).mtimeMs })),
  );
  const unused = entries
    .toSorted((a, b) => b.usedAt - a.usedAt)
    .filter(({ name }, index) => index >= mostKept || name.startsWith('draft-'))
    .filter(({ usedAt }) => usedAt < Date.now() - oneDay);
  await Promise.all(unused.map(({ name }) => rm(join(cache, name), { recursive: true, force: true })));
}
