import { randomUUID } from 'node:crypto';
import { createReadStream, renameSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';

import type { Received } from './body.ts';
import { S3Error } from './errors.ts';
import type { TemporaryFiles } from './temporary-files.ts';

export interface Part extends Received {
  path: string;
}

/** A multipart upload that was neither completed nor aborted. */
export interface Upload {
  key: string;
  uploadId: string;
  /** Of the object to be. */
  headers: Record<string, string>;
  /** By their numbers. */
  parts: Map<number, Part>;
}

export type Uploads = ReturnType<typeof createUploads>;

/** Uploads under way. They end with the process: nobody goes on with an upload of an earlier one. */
export function createUploads(temporaryFiles: TemporaryFiles) {
  const underWay = new Map<string, Upload>();

  const create = (key: string, headers: Upload['headers']): Upload => {
    const upload: Upload = { key, uploadId: randomUUID(), headers, parts: new Map() };
    underWay.set(upload.uploadId, upload);
    return upload;
  };

  const find = (uploadId: string | null, key: string): Upload => {
    const upload = underWay.get(uploadId ?? '');
    if (upload?.key === key) return upload;
    const message = 'The specified multipart upload does not exist. It may have been aborted or completed.';
    throw new S3Error('NoSuchUpload', message);
  };

  /** Moves a complete file into place as a part, replacing the part of that number. */
  const putPart = ({ uploadId, key }: Upload, number: number, file: string, received: Received): void => {
    // It may have ended while the part arrived.
    const { parts } = find(uploadId, key);
    const path = temporaryFiles.pathOf(`${uploadId}-${number}`);
    renameSync(file, path);
    parts.set(number, { ...received, path });
  };

  /** Has the parts, put together in one file, stored. Nobody else finds the upload meanwhile. */
  const complete = async <T>(upload: Upload, parts: Part[], store: (file: string) => T): Promise<T> => {
    underWay.delete(upload.uploadId);
    const stored = await temporaryFiles
      .withFile(async (file) => {
        await writeFile(file, bytesOf(parts), { flag: 'wx' });
        return store(file);
      })
      .catch((error: unknown) => {
        underWay.set(upload.uploadId, upload);
        throw error;
      });
    await removeParts(upload);
    return stored;
  };

  const abort = (upload: Upload): Promise<void> => {
    underWay.delete(upload.uploadId);
    return removeParts(upload);
  };

  return { create, find, putPart, complete, abort, list: () => [...underWay.values()] };
}

async function* bytesOf(parts: Part[]): AsyncGenerator<Buffer> {
  for (const { path } of parts) yield* createReadStream(path) as AsyncIterable<Buffer>;
}

async function removeParts({ parts }: Upload): Promise<void> {
  for (const { path } of parts.values()) await rm(path, { force: true });
}
