import { createHash, randomBytes } from 'node:crypto';
import { createReadStream, type Stats } from 'node:fs';
import { mkdir, open, readdir, rename, rm, rmdir, stat, type FileHandle } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';

import { defaultAlgorithm, startChecksum, type Checksum } from './checksums.ts';
import { isErrno, S3Error } from './errors.ts';
import { createQueue, readJson, type Workshop } from './files.ts';
import { internals, isKey, pathOfKey } from './keys.ts';

/** What S3 knows of an object besides its bytes. */
export interface ObjectRecord {
  key: string;
  versionId: string;
  /** Without quotes. */
  etag: string;
  size: number;
  /** Of the file: with the size, it tells whether somebody else has changed the file since. */
  mtimeMs: number;
  /** Content-Type, x-amz-meta-* and the like, to be answered as they came. */
  headers: Record<string, string>;
  checksum: Checksum;
}

/** The conditions of a write. */
export interface Conditions {
  ifNoneMatch?: string | undefined;
  ifMatch?: string | undefined;
}

export type ObjectStore = Awaited<ReturnType<typeof openObjectStore>>;

/**
 * Objects as files at their key's path, each with a record below `.s3/objects/`. Only the newest version is
 * kept. A file that was put or changed there by hand is an object too: it gets a record when it is first seen.
 */
export async function openObjectStore(directory: string, workshop: Workshop) {
  const records = join(directory, internals, 'objects');
  await mkdir(records, { recursive: true });
  // A file and its record change together, and are read together.
  const exclusively = createQueue();

  const recordFile = (key: string) => join(records, `${createHash('sha256').update(key).digest('hex')}.json`);

  const currentRecord = async (key: string): Promise<ObjectRecord | undefined> => {
    const file = pathOfKey(directory, key);
    const found = await statIfAny(file);
    if (!found?.isFile()) return undefined;
    const recorded = await readJson<ObjectRecord>(recordFile(key));
    if (recorded?.size === found.size && recorded.mtimeMs === found.mtimeMs) return recorded;
    const record = { ...(await describe(file)), key, headers: recorded?.headers ?? {} };
    await workshop.writeJson(recordFile(key), record);
    return record;
  };

  const makeRoom = async (key: string) => {
    const file = pathOfKey(directory, key);
    if ((await statIfAny(file))?.isDirectory()) throw collision(key, 'objects exist below it');
    try {
      await mkdir(dirname(file), { recursive: true });
    } catch (error) {
      throw isErrno(error, 'EEXIST', 'ENOTDIR') ? collision(key, 'an object exists above it') : error;
    }
    return file;
  };

  /** Moves a complete temporary file into place, unless a condition does not hold. */
  const put = (
    key: string,
    temporary: string,
    content: Pick<ObjectRecord, 'etag' | 'headers' | 'checksum'>,
    conditions: Conditions,
  ): Promise<ObjectRecord> =>
    exclusively(async () => {
      requireConditions(conditions, await currentRecord(key));
      const file = await makeRoom(key);
      const { size, mtimeMs } = await stat(temporary);
      const record = { ...content, key, versionId: newVersionId(), size, mtimeMs };
      await rename(temporary, file);
      await workshop.writeJson(recordFile(key), record);
      return record;
    });

  /** The open file goes on showing this version when the key is written again. The caller closes it. */
  const openObject = (key: string): Promise<{ record: ObjectRecord; file: FileHandle } | undefined> =>
    exclusively(async () => {
      const record = await currentRecord(key);
      return record && { record, file: await open(pathOfKey(directory, key)) };
    });

  const head = (key: string) => exclusively(() => currentRecord(key));

  /** Removes the object if there is one, and the directories that only existed for it. */
  const remove = (key: string): Promise<void> =>
    exclusively(async () => {
      if (!(await currentRecord(key))) return;
      await rm(pathOfKey(directory, key));
      await rm(recordFile(key), { force: true });
      await removeEmptyDirectories(directory, dirname(pathOfKey(directory, key)));
    });

  /** Every object, in the order of its key's bytes. */
  const list = (prefix = ''): Promise<ObjectRecord[]> =>
    exclusively(async () => {
      const keys = (await keysBelow(directory)).filter((key) => key.startsWith(prefix));
      const found: ObjectRecord[] = [];
      for (const key of keys.sort(compareKeys)) {
        const record = await currentRecord(key);
        if (record) found.push(record);
      }
      return found;
    });

  return { put, open: openObject, head, remove, list };
}

/** S3 sorts keys by their UTF-8 bytes. */
export function compareKeys(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}

export function newVersionId(): string {
  return randomBytes(24).toString('base64url');
}

function requireConditions({ ifNoneMatch, ifMatch }: Conditions, current: ObjectRecord | undefined): void {
  if (ifNoneMatch !== undefined && ifNoneMatch !== '*') {
    throw new S3Error('NotImplemented', 'If-None-Match is only implemented for *.');
  }
  if (ifMatch !== undefined && !current) throw new S3Error('NoSuchKey', 'The specified key does not exist.');
  const matches = ifMatch === undefined || ifMatch.replaceAll('"', '') === current?.etag;
  if (!matches || (ifNoneMatch === '*' && current)) {
    throw new S3Error('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold');
  }
}

function collision(key: string, reason: string): S3Error {
  const message = `The key ${JSON.stringify(key)} cannot be stored as a file: ${reason}.`;
  return new S3Error('InvalidArgument', message);
}

async function statIfAny(file: string): Promise<Stats | undefined> {
  try {
    return await stat(file);
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR')) return undefined;
    throw error;
  }
}

/** What can be said of a file that did not come through S3. */
async function describe(file: string): Promise<Omit<ObjectRecord, 'key' | 'headers'>> {
  const md5 = createHash('md5');
  const checksum = startChecksum(defaultAlgorithm);
  const { size, mtimeMs } = await stat(file);
  const bytes: AsyncIterable<Buffer> = createReadStream(file);
  for await (const chunk of bytes) {
    md5.update(chunk);
    checksum.update(chunk);
  }
  const value = checksum.digest().toString('base64');
  return {
    versionId: newVersionId(),
    etag: md5.digest('hex'),
    size,
    mtimeMs,
    checksum: { algorithm: defaultAlgorithm, type: 'FULL_OBJECT', value },
  };
}

async function keysBelow(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(directory, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter(isKey);
}

async function removeEmptyDirectories(top: string, directory: string): Promise<void> {
  if (relative(top, directory) === '') return;
  try {
    await rmdir(directory);
  } catch {
    return; // Not empty.
  }
  await removeEmptyDirectories(top, dirname(directory));
}
