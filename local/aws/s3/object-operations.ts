import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';
import { pipeline } from 'node:stream/promises';

import { receiveFile } from './body.ts';
import { checksumHeader, type Checksum } from './checksums.ts';
import { S3Error } from './errors.ts';
import type { Workshop } from './files.ts';
import {
  compareKeys,
  newVersionId,
  type Conditions,
  type ObjectRecord,
  type ObjectStore,
} from './object-store.ts';
import type { Exchange, Handler } from './request.ts';
import { document, element } from './xml.ts';

/** The operations on objects that come whole. */
export function createObjectOperations(bucket: string, objects: ObjectStore, workshop: Workshop) {
  return {
    PutObject: ({ request, response, key }) =>
      workshop.withTemporaryFile(async (temporary) => {
        const { md5, algorithm, digest } = await receiveFile(request, temporary);
        const content = {
          etag: md5.toString('hex'),
          headers: storedHeaders(request.headers),
          checksum: { algorithm, type: 'FULL_OBJECT' as const, value: digest.toString('base64') },
        };
        const record = await objects.put(key, temporary, content, conditionsOf(request.headers));
        response.writeHead(200, { ...identity(record), ...checksumHeaders(record.checksum) }).end();
      }),

    GetObject: async ({ request, response, key, query }) => {
      const found = await objects.open(key);
      if (!found) throw noSuchKey();
      await using file = found.file;
      requireVersion(query, found.record);
      response.writeHead(200, describe(found.record, request.headers));
      await pipeline(file.createReadStream({ autoClose: false }), response);
    },

    HeadObject: async ({ request, response, key, query }) => {
      const record = await objects.head(key);
      if (!record) throw noSuchKey();
      requireVersion(query, record);
      response.writeHead(200, describe(record, request.headers)).end();
    },

    // A versioned bucket answers the version id of a delete marker, whether or not there was an object.
    DeleteObject: async ({ response, key }) => {
      await objects.remove(key);
      response.writeHead(204, { 'x-amz-delete-marker': 'true', 'x-amz-version-id': newVersionId() }).end();
    },

    ListObjectsV2: async ({ response, query }) => {
      const prefix = query.get('prefix') ?? '';
      const maximum = maxKeys(query);
      const token = query.get('continuation-token');
      const after = token === null ? query.get('start-after') : Buffer.from(token, 'base64url').toString();
      const all = await objects.list(prefix);
      const rest = after === null ? all : all.filter(({ key }) => compareKeys(key, after) > 0);
      const page = rest.slice(0, maximum);
      const last = page.at(-1);
      const isTruncated = last !== undefined && page.length < rest.length;
      const xml = document('ListBucketResult', [
        element('Name', bucket),
        element('Prefix', prefix),
        element('MaxKeys', maximum),
        element('KeyCount', page.length),
        element('IsTruncated', isTruncated),
        token === null ? '' : element('ContinuationToken', token),
        isTruncated ? element('NextContinuationToken', Buffer.from(last.key).toString('base64url')) : '',
        ...page.map(listed),
      ]);
      response.writeHead(200, { 'content-type': 'application/xml' }).end(xml);
    },
  } satisfies Record<string, Handler>;
}

const plainHeaders = new Set([
  'content-type',
  'cache-control',
  'content-disposition',
  'content-language',
  'expires',
]);

/** The headers of a write that belong to the object. */
export function storedHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  const stored: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (plainHeaders.has(name) || name.startsWith('x-amz-meta-')) stored[name] = String(value);
  }
  // aws-chunked only says how the bytes travelled.
  const encodings = (headers['content-encoding'] ?? '').split(',').map((encoding) => encoding.trim());
  const encoding = encodings.filter((each) => each !== 'aws-chunked' && each !== '').join(',');
  return encoding ? { ...stored, 'content-encoding': encoding } : stored;
}

export function conditionsOf(headers: IncomingHttpHeaders): Conditions {
  return { ifNoneMatch: headers['if-none-match'], ifMatch: headers['if-match'] };
}

/** Which object this is: its ETag and its version. */
export function identity({ etag, versionId }: ObjectRecord): OutgoingHttpHeaders {
  return { etag: `"${etag}"`, 'x-amz-version-id': versionId };
}

function checksumHeaders({ algorithm, type, value }: Checksum): OutgoingHttpHeaders {
  return { [checksumHeader(algorithm)]: value, 'x-amz-checksum-type': type };
}

function describe(record: ObjectRecord, asked: IncomingHttpHeaders): OutgoingHttpHeaders {
  return {
    'content-type': 'binary/octet-stream',
    ...record.headers,
    ...identity(record),
    ...(asked['x-amz-checksum-mode'] === 'ENABLED' ? checksumHeaders(record.checksum) : {}),
    'content-length': record.size,
    'last-modified': new Date(record.mtimeMs).toUTCString(),
  };
}

function listed({ key, mtimeMs, etag, size, checksum }: ObjectRecord): string {
  return element('Contents', [
    element('Key', key),
    element('LastModified', new Date(mtimeMs).toISOString()),
    element('ETag', `"${etag}"`),
    element('ChecksumAlgorithm', checksum.algorithm),
    element('ChecksumType', checksum.type),
    element('Size', size),
    element('StorageClass', 'STANDARD'),
  ]);
}

function maxKeys(query: Exchange['query']): number {
  const asked = query.get('max-keys') ?? '1000';
  if (!/^\d{1,9}$/.test(asked)) throw new S3Error('InvalidArgument', `max-keys is ${asked}, not a number.`);
  return Math.min(Number(asked), 1000);
}

function requireVersion(query: Exchange['query'], record: ObjectRecord): void {
  const asked = query.get('versionId');
  if (asked === null || asked === record.versionId) return;
  throw new S3Error(
    'NoSuchVersion',
    'The specified version does not exist: only the newest one is kept here.',
  );
}

function noSuchKey(): S3Error {
  return new S3Error('NoSuchKey', 'The specified key does not exist.');
}
