import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { resolve } from 'node:path';

import { createFaults, type Fault } from '../faults.ts';
import { serve } from '../http-server.ts';
import { S3Error } from './errors.ts';
import { openWorkshop } from './files.ts';
import { pathOfKey } from './keys.ts';
import { createMultipartOperations } from './multipart-operations.ts';
import { createObjectOperations } from './object-operations.ts';
import { openObjectStore, type ObjectRecord } from './object-store.ts';
import { identifyOperation, parseTarget, type Handler, type S3Operation } from './request.ts';
import { openUploadStore } from './upload-store.ts';
import { document, element } from './xml.ts';

export type { S3Operation } from './request.ts';

/** An object as the stand-in holds it. */
export interface StoredObject {
  key: string;
  bytes: number;
  versionId: string;
  /** Without quotes. */
  etag: string;
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

/**
 * Answers for one bucket over HTTP, path-style. Each object is a file at `directory/<key>`; all the rest is
 * below `directory/.s3/`, so that the next start on the same directory finds everything as it was. One process
 * at a time may use a directory.
 *
 * What differs from S3:
 * - An Authorization header must be present, but its signature, and those of signed chunks, are not checked.
 * - The bucket is versioned in that each write answers a new version id; only the newest version is kept.
 * - Keys that no file can have, such as `a//b` or `a/b` beside an object `a`, are refused. Where file names do
 *   not distinguish case, neither do keys.
 * - What is not implemented, down to single headers and parameters, is refused with NotImplemented.
 */
export async function startS3(options: { bucket: string; directory: string; port?: number }): Promise<S3> {
  const { bucket } = options;
  const directory = resolve(options.directory);
  const workshop = await openWorkshop(directory);
  const objects = await openObjectStore(directory, workshop);
  const uploads = await openUploadStore(directory, workshop);
  const faults = createFaults<S3Operation>();
  const handlers: Record<S3Operation, Handler> = {
    ...createObjectOperations(bucket, objects, workshop),
    ...createMultipartOperations(bucket, objects, uploads, workshop),
  };

  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const { bucket: asked, key, query } = parseTarget(request.url ?? '');
    if (request.headers.authorization === undefined) {
      throw new S3Error('AccessDenied', 'The request has no Authorization header.');
    }
    if (asked !== bucket) {
      throw new S3Error('NoSuchBucket', `The only bucket here is ${bucket}, not ${JSON.stringify(asked)}.`);
    }
    const operation = identifyOperation(request, key, query);
    if (key !== '') pathOfKey(directory, key);
    const fault = faults.take(operation);
    if (fault) return refuse(response, { ...fault, message: `${fault.code} was ordered by failNext.` });
    await handlers[operation]({ request, response, key, query });
  };

  const server = await serve(async (request, response) => {
    response.setHeader('x-amz-request-id', randomUUID());
    try {
      await answer(request, response);
    } catch (error) {
      if (response.headersSent) response.destroy();
      else refuse(response, error instanceof S3Error ? error : internalError(error));
    }
  }, options.port);

  return {
    url: server.url,
    close: server.close,
    receivedBytes: server.receivedBytes,
    objects: async () => (await objects.list()).map(storedObject),
    multipartUploads: async () =>
      (await uploads.list()).map(({ key, uploadId, parts }) => ({
        key,
        uploadId,
        partNumbers: Object.keys(parts).map(Number),
      })),
    failNext: faults.failNext,
  };
}

function storedObject({ key, size, versionId, etag, headers }: ObjectRecord): StoredObject {
  const prefix = 'x-amz-meta-';
  const metadata = Object.entries(headers)
    .filter(([name]) => name.startsWith(prefix))
    .map(([name, value]) => [name.slice(prefix.length), value] as const);
  return {
    key,
    bytes: size,
    versionId,
    etag,
    contentType: headers['content-type'],
    metadata: Object.fromEntries(metadata),
  };
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
