import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { resolve } from 'node:path';

import { createFaults, type Fault } from '../faults.ts';
import { serve } from '../http-server.ts';
import { isDiskError, S3Error } from './errors.ts';
import { pathOfKey } from './keys.ts';
import { createObjectStore } from './object-store.ts';
import { createOperations } from './operations.ts';
import { identifyOperation, parseTarget, type S3Operation } from './request.ts';
import { openTemporaryFiles } from './temporary-files.ts';
import { createUploads } from './uploads.ts';
import { document, element } from './xml.ts';

export type { S3Operation } from './request.ts';

/** An object as the stand-in holds it. */
export interface StoredObject {
  key: string;
  bytes: number;
  versionId: string;
  contentType: string | undefined;
  metadata: Record<string, string>;
}

/** An upload that was neither completed nor aborted. */
export interface UploadUnderWay {
  key: string;
  uploadId: string;
  partNumbers: number[];
}

/** S3's side of one bucket. */
export interface S3 {
  url: string;
  /** Cuts every connection. Uploads that were under way leave nothing behind but the parts that had arrived. */
  close: () => Promise<void>;
  /** Bytes received so far, for showing progress. */
  receivedBytes: () => number;
  objects: () => Promise<StoredObject[]>;
  multipartUploads: () => Promise<UploadUnderWay[]>;
  /** Makes the next calls of an operation fail, e.g. `{ status: 503, code: 'SlowDown', times: 2 }`. */
  failNext: (operation: S3Operation, fault: Fault) => void;
}

export interface S3Options {
  bucket: string;
  directory: string;
  /** @default a free one */
  port?: number;
  /** Whose requests are answered. @default anybody's */
  accessKeyId?: string;
  /** Told why an object can't be written or read, now or later: the disk is full, the directory was removed, …  */
  onDiskError?: ((error: Error) => void) | undefined;
}

/**
 * Answers for one bucket over HTTP, path-style. Each object is a file at `directory/<key>`, which the next start on
 * the same directory finds again; what is on its way is below `directory/.s3/`. Processes that use
 * the same directory overwrite each other's objects, each as a whole.
 *
 * What differs from S3:
 * - An Authorization header must be present. Its access key is checked where one is given, its
 *   signature never.
 * - The bucket is versioned in that each write answers a new version id; only the newest version is kept.
 * - Versions, metadata and uploads under way are forgotten when the process ends: the object's bytes stay.
 * - Keys that no file can have, such as `a//b` or `a/b` beside an object `a`, are refused. Where file names do
 *   not distinguish case, neither do keys.
 * - What is not implemented, down to single headers and parameters, is refused with NotImplemented.
 */
export async function startS3(options: S3Options): Promise<S3> {
  const { bucket, onDiskError } = options;
  const directory = resolve(options.directory);
  const temporaryFiles = await openTemporaryFiles(directory);
  const objects = createObjectStore(directory);
  const uploads = createUploads(temporaryFiles);
  const operations = createOperations(bucket, objects, uploads, temporaryFiles);
  const faults = createFaults<S3Operation>();

  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const { bucket: asked, key, query } = parseTarget(request.url ?? '');
    if (request.headers.authorization === undefined) {
      throw new S3Error('AccessDenied', 'The request has no Authorization header.');
    }
    if (asked !== bucket) {
      throw new S3Error('NoSuchBucket', `The only bucket here is ${bucket}, not ${JSON.stringify(asked)}.`);
    }
    const operation = identifyOperation(request, key, query);
    // Whatever is asked of a key that no file can have is refused.
    pathOfKey(directory, key);
    const fault = faults.take(operation);
    if (fault) return refuse(response, { ...fault, message: `${fault.code} was ordered by failNext.` });
    await operations[operation]({ request, response, key, query });
  };

  const server = await serve(async (request, response) => {
    response.setHeader('x-amz-request-id', randomUUID());
    try {
      await answer(request, response);
    } catch (error) {
      if (isDiskError(error)) onDiskError?.(error);
      if (response.headersSent) response.destroy();
      else refuse(response, error instanceof S3Error ? error : internalError(error));
    }
  }, options);

  return {
    url: server.url,
    close: server.close,
    receivedBytes: server.receivedBytes,
    objects: async () =>
      objects.list().map(({ key, size, versionId, headers }) => ({
        key,
        bytes: size,
        versionId,
        contentType: headers['content-type'],
        metadata: metadataIn(headers),
      })),
    multipartUploads: async () =>
      uploads.list().map(({ key, uploadId, parts }) => ({ key, uploadId, partNumbers: [...parts.keys()] })),
    failNext: faults.failNext,
  };
}

function metadataIn(headers: Record<string, string>): Record<string, string> {
  const prefix = 'x-amz-meta-';
  const metadata = Object.entries(headers).filter(([name]) => name.startsWith(prefix));
  return Object.fromEntries(metadata.map(([name, value]) => [name.slice(prefix.length), value]));
}

function refuse(response: ServerResponse, error: { status: number; code: string; message: string }): void {
  const xml = document('Error', [
    element('Code', error.code),
    element('Message', error.message),
    element('RequestId', String(response.getHeader('x-amz-request-id'))),
  ]);
  response.writeHead(error.status, { 'content-type': 'application/xml' });
  response.end(xml);
}

function internalError(error: unknown): S3Error {
  return new S3Error('InternalError', error instanceof Error ? error.message : String(error));
}
