import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, renameSync, statSync, type Stats } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';

import { S3Error } from './errors.ts';
import { refuseLinks } from '../../links.ts';
import { isKey, pathOfKey } from './keys.ts';

/** What S3 knows of an object besides its bytes. */
export interface ObjectDetails {
  versionId: string;
  /** Without quotes. */
  etag?: string;
  /** In base64. Objects that came in parts have none here. */
  crc32?: string;
  /** Content-Type and x-amz-meta-*, to be answered as they came. */
  headers: Record<string, string>;
}

/** An object as it is on disk. */
export interface ObjectFile extends ObjectDetails {
  key: string;
  path: string;
  size: number;
  modified: Date;
}

export type ObjectStore = ReturnType<typeof createObjectStore>;

/**
 * Objects as files at their key's path. Their details are remembered for as long as the process lives. A file of an
 * earlier process, or one that was put or changed by hand, is an object without details, of the version `null`: so
 * S3 calls what was there before the bucket had versions.
 *
 * Nothing here waits for anything, so that a file and its details always change together and are read together.
 */
export function createObjectStore(directory: string) {
  const written = new Map<string, { details: ObjectDetails; stats: Stats }>();

  const pathOf = (key: string) => {
    const path = pathOfKey(directory, key);
    refuseLinks(directory, path);
    return path;
  };

  /** Moves a complete file into place. */
  const put = (key: string, file: string, details: Omit<ObjectDetails, 'versionId'>): ObjectDetails => {
    const path = pathOf(key);
    makeRoom(key, path);
    const versioned = { ...details, versionId: randomBytes(24).toString('base64url') };
    const stats = statSync(file);
    renameSync(file, path);
    written.set(key, { details: versioned, stats });
    return versioned;
  };

  const find = (key: string): ObjectFile | undefined => {
    const path = pathOf(key);
    const stats = statSync(path, { throwIfNoEntry: false });
    if (!stats?.isFile()) return undefined;
    const last = written.get(key);
    const isAsWritten = last?.stats.mtimeMs === stats.mtimeMs && last.stats.size === stats.size;
    const details = isAsWritten ? last.details : { versionId: 'null', headers: {} };
    return { ...details, key, path, size: stats.size, modified: stats.mtime };
  };

  /** Every object, in the order of its key's bytes, as S3 sorts. */
  const list = (): ObjectFile[] =>
    keysBelow(directory)
      .toSorted((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)))
      .map(find)
      .filter((object) => object !== undefined);

  return { put, find, list };
}

function makeRoom(key: string, path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory())
    throw collision(key, 'objects exist below it');
  try {
    mkdirSync(dirname(path), { recursive: true });
  } catch (error) {
    const isFile = ['EEXIST', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '');
    throw isFile ? collision(key, 'an object exists above it') : error;
  }
}

function collision(key: string, reason: string): S3Error {
  const message = `The key ${JSON.stringify(key)} cannot be stored as a file: ${reason}.`;
  return new S3Error('InvalidArgument', message);
}

function keysBelow(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(directory, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter(isKey);
}
