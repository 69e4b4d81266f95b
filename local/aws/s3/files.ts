import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { isErrno } from './errors.ts';
import { internals } from './keys.ts';

/** The file system as both stores use it: everything is written aside and renamed into place. */
export interface Workshop {
  /** A file name of one's own during the work. Whatever is still there in the end is removed. */
  withTemporaryFile: <T>(work: (file: string) => Promise<T>) => Promise<T>;
  writeJson: (file: string, value: unknown) => Promise<void>;
}

/** Removes what a killed process left half written: one process at a time may use a directory. */
export async function openWorkshop(directory: string): Promise<Workshop> {
  const temporary = join(directory, internals, 'temporary');
  await rm(temporary, { recursive: true, force: true });
  await mkdir(temporary, { recursive: true });

  const withTemporaryFile = async <T>(work: (file: string) => Promise<T>) => {
    const file = join(temporary, randomUUID());
    try {
      return await work(file);
    } finally {
      await rm(file, { force: true });
    }
  };
  const writeJson = (file: string, value: unknown) =>
    withTemporaryFile(async (draft) => {
      await writeFile(draft, JSON.stringify(value, undefined, 2));
      await rename(draft, file);
    });
  return { withTemporaryFile, writeJson };
}

/** What `writeJson` wrote there, if anything. */
export async function readJson<T>(file: string): Promise<T | undefined> {
  try {
    const value: T = JSON.parse(await readFile(file, 'utf8'));
    return value;
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return undefined;
    throw error;
  }
}

/** Runs one piece of work at a time, in the order of the calls. */
export function createQueue(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const result = last.then(work);
    last = result.catch(() => undefined);
    return result;
  };
}
