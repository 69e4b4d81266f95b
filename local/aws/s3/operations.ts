import { createReadStream, openSync } from 'node:fs';
import type { IncomingHttpHeaders, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';

import { receiveFile, receiveText } from './body.ts';
import { notImplemented, S3Error } from './errors.ts';
import type { ObjectDetails, ObjectStore } from './object-store.ts';
import { etagOf, partNumberOf, partsNamed } from './parts.ts';
import type { Exchange, S3Operation } from './request.ts';
import type { TemporaryFiles } from './temporary-files.ts';
import type { Uploads } from './uploads.ts';
import { document, element } from './xml.ts';

export type Handler = (exchange: Exchange) => void | Promise<void>;

/** What each operation does once its request is understood. */
export function createOperations(
  bucket: string,
  objects: ObjectStore,
  uploads: Uploads,
  temporaryFiles: TemporaryFiles,
): Record<S3Operation, Handler> {
  const getObject: Handler = async ({ request, response, key, query }) => {
    const object = objects.find(key);
    if (!object) throw new S3Error('NoSuchKey', 'The specified key does not exist.');
    const version = query.get('versionId') ?? object.versionId;
    if (version !== object.versionId) {
      throw new S3Error('NoSuchVersion', 'The version does not exist: only the newest one is kept here.');
    }
    // Opened at once: the file goes on showing this version when the key is written again.
    const bytes = createReadStream(object.path, { fd: openSync(object.path, 'r') });
    response.writeHead(200, {
      'content-type': 'binary/octet-stream',
      ...object.headers,
      ...identity(object),
      ...(request.headers['x-amz-checksum-mode'] === 'ENABLED' && checksum(object)),
      'content-length': object.size,
      'last-modified': object.modified.toUTCString(),
    });
    await pipeline(bytes, response);
  };

  return {
    GetObject: getObject,
    // Node leaves out the body that an answer to HEAD must not have.
    HeadObject: getObject,

    PutObject: ({ request, response, key }) =>
      temporaryFiles.withFile(async (file) => {
        const { md5, crc32 } = await receiveFile(request, file);
        const headers = objectHeaders(request.headers);
        const object = objects.put(key, file, { etag: md5, crc32, headers });
        response.writeHead(200, { ...identity(object), ...checksum(object) }).end();
      }),

    CreateMultipartUpload: ({ request, response, key }) => {
      const algorithm = request.headers['x-amz-checksum-algorithm'];
      if (algorithm !== 'CRC32') throw notImplemented(`uploads with the checksum ${String(algorithm)}`);
      const { uploadId } = uploads.create(key, objectHeaders(request.headers));
      sendXml(response, 'InitiateMultipartUploadResult', { Bucket: bucket, Key: key, UploadId: uploadId });
    },

    UploadPart: async ({ request, response, key, query }) => {
      const number = partNumberOf(query.get('partNumber'));
      const upload = uploads.find(query.get('uploadId'), key);
      await temporaryFiles.withFile(async (file) => {
        const received = await receiveFile(request, file);
        uploads.putPart(upload, number, file, received);
        const { md5, crc32 } = received;
        response.writeHead(200, { etag: `"${md5}"`, 'x-amz-checksum-crc32': crc32 }).end();
      });
    },

    CompleteMultipartUpload: async ({ request, response, key, query }) => {
      const xml = await receiveText(request);
      const upload = uploads.find(query.get('uploadId'), key);
      const parts = partsNamed(xml, upload);
      const details = { etag: etagOf(parts), headers: upload.headers };
      const object = await uploads.complete(upload, parts, (file) => objects.put(key, file, details));
      const result = { Bucket: bucket, Key: key, ETag: `"${details.etag}"` };
      sendXml(response, 'CompleteMultipartUploadResult', result, identity(object));
    },

    AbortMultipartUpload: async ({ response, key, query }) => {
      await uploads.abort(uploads.find(query.get('uploadId'), key));
      response.writeHead(204).end();
    },
  };
}

/** The headers of a write that belong to the object. */
function objectHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  const belonging = Object.entries(headers).filter(
    ([name]) => name === 'content-type' || name.startsWith('x-amz-meta-'),
  );
  return Object.fromEntries(belonging.map(([name, value]) => [name, String(value)]));
}

function identity({ etag, versionId }: ObjectDetails): OutgoingHttpHeaders {
  return { ...(etag !== undefined && { etag: `"${etag}"` }), 'x-amz-version-id': versionId };
}

function checksum({ crc32 }: ObjectDetails): OutgoingHttpHeaders {
  if (crc32 === undefined) return {};
  return { 'x-amz-checksum-crc32': crc32, 'x-amz-checksum-type': 'FULL_OBJECT' };
}

function sendXml(
  response: ServerResponse,
  name: string,
  fields: Record<string, string>,
  headers: OutgoingHttpHeaders = {},
): void {
  const xml = document(
    name,
    Object.entries(fields).map(([field, value]) => element(field, value)),
  );
  response.writeHead(200, { 'content-type': 'application/xml', ...headers }).end(xml);
}
