import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { document, element, elements, textOf as xmlText } from '../../../../local/aws/s3/xml.ts';
import type { Clock } from '../../../../local/clock.ts';
import { currentInvocation, type Invocation } from '../invocation.ts';
import { type AwsAnswer, type AwsRequest, type Service, textOf } from './sdk.ts';

/** One version of an object. */
export interface ObjectVersion {
  key: string;
  versionId: string;
  /** When it was written, in milliseconds. */
  at: number;
  bytes: Buffer;
  metadata: Record<string, string>;
}

export interface MultipartUpload {
  key: string;
  metadata: Record<string, string>;
  parts: Map<number, Buffer>;
  /** Who began it. */
  invocation: Invocation | undefined;
}

/** S3 in memory: a bucket with versions, as far as the functions and Step Functions use it. */
export interface S3 extends Service {
  /** All versions, oldest first. */
  versions: readonly ObjectVersion[];
  /** Neither completed nor aborted. */
  uploads: ReadonlyMap<string, MultipartUpload>;
}

export function createS3(bucket: string, clock: Clock): S3 {
  const versions: ObjectVersion[] = [];
  const uploads = new Map<string, MultipartUpload>();
  let uploadCount = 0;

  function put(key: string, bytes: Buffer, metadata: Record<string, string>): AwsAnswer {
    const versionId = `version-${versions.length + 1}`;
    versions.push({ key, versionId, at: clock.now(), bytes, metadata });
    return answer('', { 'x-amz-version-id': versionId, etag: etagOf(bytes) });
  }

  const operations: Record<string, (request: AwsRequest, key: string) => AwsAnswer> = {
    PutObject: (request, key) => put(key, bytesOf(request), metadataOf(request)),
    GetObject: (_, key) => {
      const newest = versions.findLast((version) => version.key === key);
      return newest === undefined
        ? refuse(404, 'NoSuchKey')
        : { ...answer(''), body: Readable.from([newest.bytes]) };
    },
    CreateMultipartUpload: (request, key) => {
      const uploadId = `upload-${++uploadCount}`;
      uploads.set(uploadId, {
        key,
        metadata: metadataOf(request),
        parts: new Map(),
        invocation: currentInvocation(),
      });
      return answer(document('InitiateMultipartUploadResult', [element('UploadId', uploadId)]));
    },
    UploadPart: (request) => {
      const bytes = bytesOf(request);
      uploads.get(String(request.query.uploadId))?.parts.set(Number(request.query.partNumber), bytes);
      return answer('', { etag: etagOf(bytes) });
    },
    CompleteMultipartUpload: (request, key) => {
      const uploadId = String(request.query.uploadId);
      const upload = uploads.get(uploadId);
      if (upload === undefined) return refuse(404, 'NoSuchUpload');
      uploads.delete(uploadId);
      const named = elements(textOf(request), 'Part').map((part) => Number(xmlText(part, 'PartNumber')));
      const { headers } = put(
        key,
        Buffer.concat(named.map((number) => upload.parts.get(number)!)),
        upload.metadata,
      );
      return answer(document('CompleteMultipartUploadResult', [element('Key', key)]), headers);
    },
    AbortMultipartUpload: ({ query }) => {
      uploads.delete(String(query.uploadId));
      return { ...answer(''), statusCode: 204 };
    },
  };

  return {
    versions,
    uploads,
    boundary: 'S3',
    operationOf,
    answer: (request) => {
      const operation = operations[operationOf(request)];
      if (operation === undefined) throw new Error(`simulations of S3 have no ${operationOf(request)} yet`);
      return operation(request, keyOf(request, bucket));
    },
    refuse,
    refusals: [
      [503, 'SlowDown'],
      [500, 'InternalError'],
      [503, 'ServiceUnavailable'],
    ],
    survivable: 6,
  };
}

/** The SDK names most operations in the query. */
function operationOf({ method, query }: AwsRequest): string {
  if ('uploads' in query) return 'CreateMultipartUpload';
  if (method === 'POST' && 'uploadId' in query) return 'CompleteMultipartUpload';
  return String(query['x-id'] ?? method);
}

const keyOf = ({ path }: AwsRequest, bucket: string) => decodeURIComponent(path).slice(`/${bucket}/`.length);

const bytesOf = ({ body = '' }: AwsRequest) => Buffer.from(body as Uint8Array);

const etagOf = (bytes: Buffer) => `"${createHash('md5').update(bytes).digest('hex')}"`;

const metadataOf = ({ headers }: AwsRequest) =>
  Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => name.startsWith('x-amz-meta-'))
      .map(([name, value]) => [name.slice('x-amz-meta-'.length), value]),
  );

const answer = (body: string | Buffer, headers: Record<string, string> = {}): AwsAnswer => ({
  statusCode: 200,
  headers,
  body: Buffer.from(body),
});

const refuse = (statusCode: number, code: string): AwsAnswer => ({
  statusCode,
  headers: { 'content-type': 'application/xml' },
  body: Buffer.from(document('Error', [element('Code', code), element('Message', 'simulated')])),
});
