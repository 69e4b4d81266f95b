import { access, constants, mkdir, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { refuseLinks } from '../links.ts';

/** Where the functions' logs are, in the directory of `--out`. */
export const logFolder = '.logs';

/** The directory of `--out` can't be had, or not any more. */
export class OutputDirectoryError extends Error {
  override readonly name = 'OutputDirectoryError';

  constructor(directory: string, { message }: Error) {
    super(
      `--out: expected a directory that can be written, found ${JSON.stringify(directory)}: ${message}. ` +
        'Mend that, or take another one.',
    );
  }
}

/** Creates the directory that stands for the bucket, if it isn't there. */
export async function createOutputDirectory(directory: string): Promise<void> {
  try {
    await createDirectory(resolve(directory));
    await access(directory, constants.R_OK | constants.W_OK | constants.X_OK);
    const root = resolve(directory);
    for (const folder of [logFolder, '.s3']) refuseLinks(root, join(root, folder));
  } catch (error) {
    throw new OutputDirectoryError(directory, error as Error);
  }
}

/** Not with `recursive`: in some places, such as `/proc`, Node never comes back from it. */
async function createDirectory(directory: string): Promise<void> {
  const found = await stat(directory).catch(() => undefined);
  if (found?.isDirectory() === true) return;
  const parent = dirname(directory);
  if (parent !== directory) await createDirectory(parent);
  await mkdir(directory);
}
