import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Folders of the project that synthesis neither reads nor should be kept from its cache by: what comes out, not in. */
const outputs = new Set(['node_modules', 'cdk.out', 'exports', 'coverage', 'test', 'docs']);

/** More files than this are no project, but data that lies in its folder. */
const mostFiles = 2_000;

/**
 * A hash of every file of the project that may have a part in what is synthesised, names included: sources,
 * configuration, the lock file, whatever a construct may take as an asset. Undefined where there are too many.
 */
export function hashProject(root: string): string | undefined {
  const hash = createHash('sha256');
  const files = projectFiles(root);
  if (files.length > mostFiles) return undefined;
  for (const file of files)
    hash
      .update(`${file}\0`)
      .update(contentOf(join(root, file)))
      .update('\0');
  return hash.digest('hex');
}

/** Of a link, where it leads: what is there is noted down when it is loaded. */
const contentOf = (file: string) =>
  lstatSync(file).isSymbolicLink() ? readlinkSync(file) : readFileSync(file);

/** The files that count, relative to the project's folder. */
export function projectFiles(root: string, folder = ''): string[] {
  const entries = readdirSync(join(root, folder), { withFileTypes: true });
  // Exports may go to any folder; the stand-in for S3 keeps its records with them.
  if (folder !== '' && entries.some(({ name }) => name === '.s3')) return [];
  return entries
    .filter(({ name }) => folder !== '' || !(outputs.has(name) || /^\.|\.md$/.test(name)))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory()
        ? projectFiles(root, path)
        : entry.isFile() || entry.isSymbolicLink()
          ? [path]
          : [];
    });
}

/** A file outside of the project, as it was when it was read. */
export interface Stamp {
  file: string;
  bytes: number;
  /** Of content or attributes, which nobody can set: milliseconds since the epoch. */
  changedAt: number;
}

export function stampOf(file: string): Stamp {
  const { size, ctimeMs } = statSync(file);
  return { file, bytes: size, changedAt: ctimeMs };
}

export function isUnchanged({ file, bytes, changedAt }: Stamp): boolean {
  const now = statSync(file, { throwIfNoEntry: false });
  return now?.size === bytes && now.ctimeMs === changedAt;
}
