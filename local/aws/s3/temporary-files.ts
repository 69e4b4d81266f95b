import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { refuseLinks } from '../../links.ts';
import { reservedFolder } from './keys.ts';

/**
 * What is still on its way: objects being received, and the parts of uploads. The next start removes what no process that
 * runs is at work on: the files' names begin with their process's id.
 */
export interface TemporaryFiles {
  pathOf: (name: string) => string;
  /** A path of one's own during the work. Whatever is still there in the end is removed. */
  withFile: <T>(work: (path: string) => Promise<T>) => Promise<T>;
}

/** In the directory of the objects, so that a file can be renamed into its place. */
export async function openTemporaryFiles(directory: string): Promise<TemporaryFiles> {
  const folder = join(directory, reservedFolder, 'temporary');
  try {
    refuseLinks(directory, folder);
    await mkdir(folder, { recursive: true });
    const leftovers = (await readdir(folder)).filter((name) => !isInUse(name));
    await Promise.all(leftovers.map((name) => rm(join(folder, name), { recursive: true, force: true })));
  } catch (cause) {
    const { message } = cause as Error;
    throw new Error(`The bucket cannot be stored in ${directory}: ${message}`, { cause });
  }
  const pathOf = (name: string) => join(folder, `${process.pid}-${name}`);

  return {
    pathOf,
    withFile: async (work) => {
      const path = pathOf(randomUUID());
      try {
        return await work(path);
      } finally {
        await rm(path, { force: true });
      }
    },
  };
}

/** By another process: what this one had is from before it started the stand-in again. */
function isInUse(name: string): boolean {
  const owner = Number(/^\d+(?=-)/.exec(name)?.[0] ?? process.pid);
  if (owner === process.pid) return false;
  try {
    return process.kill(owner, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
