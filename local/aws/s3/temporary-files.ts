import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { reservedFolder } from './keys.ts';

/** What is still on its way: objects being received, and the parts of uploads. The next start removes it. */
export interface TemporaryFiles {
  pathOf: (name: string) => string;
  /** A path of one's own during the work. Whatever is still there in the end is removed. */
  withFile: <T>(work: (path: string) => Promise<T>) => Promise<T>;
}

/** In the directory of the objects, so that a file can be renamed into its place. */
export async function openTemporaryFiles(directory: string): Promise<TemporaryFiles> {
  const folder = join(directory, reservedFolder, 'temporary');
  try {
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
  } catch (cause) {
    const { message } = cause as Error;
    throw new Error(`The bucket cannot be stored in ${directory}: ${message}`, { cause });
  }
  const pathOf = (name: string) => join(folder, name);

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
