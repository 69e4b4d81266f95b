import { access, constants, mkdir, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

/** The directory of `--out` can't be had. */
class OutputDirectoryError extends Error {
  override readonly name = 'OutputDirectoryError';
}

/** Creates the directory that stands for the bucket, if it isn't there. */
export async function createOutputDirectory(directory: string): Promise<void> {
  try {
    await createDirectory(resolve(directory));
    await access(directory, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new OutputDirectoryError(
      `--out: expected a directory that can be written, found ${JSON.stringify(directory)}: ${(error as Error).message}.`,
    );
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
