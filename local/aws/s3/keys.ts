import { join } from 'node:path';

import { S3Error } from './errors.ts';

/** Holds what is not an object, in the directory of the objects. */
export const reservedFolder = '.s3';

/** The file of an object. Refuses a key that S3 would take but that cannot be, or must not be, such a file. */
export function pathOfKey(directory: string, key: string): string {
  if (Buffer.byteLength(key) > 1024) throw new S3Error('KeyTooLongError', 'Your key is too long.');
  const problem = problemOf(key);
  if (problem) throw new S3Error('InvalidArgument', `The key ${JSON.stringify(key)} ${problem}.`);
  return join(directory, ...key.split('/'));
}

/** Whether a file found in the directory can be an object. */
export function isKey(path: string): boolean {
  return Buffer.byteLength(path) <= 1024 && problemOf(path) === undefined;
}

function problemOf(key: string): string | undefined {
  const segments = key.split('/');
  if (segments.some((segment) => segment === '.' || segment === '..')) return 'has a relative path segment';
  if (segments.includes('')) return 'has an empty path segment, which no file can have';
  if (/[\p{Cc}\\]/u.test(key)) return 'has a control character or a backslash';
  // Also in capitals, and with the endings that Windows drops: such names are the same directory there.
  if (/^\.s3(?![\w-])/i.test(key)) return `is below ${reservedFolder}/, which this stand-in keeps for itself`;
  if (segments.some((segment) => Buffer.byteLength(segment) > 255)) return 'is too long for a file name';
  if (process.platform === 'win32' && /[<>:"|?*]|[. ](\/|$)/.test(key)) return 'is no file name on Windows';
  return undefined;
}
