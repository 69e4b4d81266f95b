import type { IncomingMessage, ServerResponse } from 'node:http';

import { notImplemented, S3Error } from './errors.ts';

/** What this stand-in can do. All of it is about one object. */
export type S3Operation =
  | 'GetObject'
  | 'HeadObject'
  | 'PutObject'
  | 'CreateMultipartUpload'
  | 'UploadPart'
  | 'CompleteMultipartUpload'
  | 'AbortMultipartUpload';

/** How an operation looks in HTTP. */
interface Shape {
  method: string;
  /** Query parameters that tell it from others. */
  required?: string[];
  optional?: string[];
  /** Headers that change what it does. */
  headers?: (string | RegExp)[];
}

const checksum = ['x-amz-sdk-checksum-algorithm', 'x-amz-checksum-crc32'];
const metadata = /^x-amz-meta-./;

const shapes: Record<S3Operation, Shape> = {
  GetObject: { method: 'GET', optional: ['versionId'], headers: ['x-amz-checksum-mode'] },
  HeadObject: { method: 'HEAD', optional: ['versionId'], headers: ['x-amz-checksum-mode'] },
  PutObject: { method: 'PUT', headers: [...checksum, metadata] },
  CreateMultipartUpload: {
    method: 'POST',
    required: ['uploads'],
    headers: ['x-amz-checksum-algorithm', metadata],
  },
  UploadPart: { method: 'PUT', required: ['partNumber', 'uploadId'], headers: checksum },
  CompleteMultipartUpload: { method: 'POST', required: ['uploadId'] },
  AbortMultipartUpload: { method: 'DELETE', required: ['uploadId'] },
};

/** A request for an operation, and the response to it. */
export interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
  key: string;
  query: URLSearchParams;
}

/** Path-style: the first segment is the bucket, the rest the key. Nothing is normalised, as S3 does not either. */
export function parseTarget(target: string): { bucket: string; key: string; query: URLSearchParams } {
  const [path = '', query = ''] = target.split(/\?(.*)/s, 2);
  const [, bucket, key = ''] = /^\/([^/]*)(?:\/(.*))?$/s.exec(path) ?? [];
  if (bucket === undefined) throw new S3Error('InvalidURI', "Couldn't parse the specified URI.");
  return { bucket: decode(bucket), key: decode(key), query: new URLSearchParams(query) };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new S3Error('InvalidURI', "Couldn't parse the specified URI.");
  }
}

/** Names the operation of a request, when all that the request asks for is implemented. */
export function identifyOperation(
  { method = '', headers }: IncomingMessage,
  key: string,
  query: URLSearchParams,
): S3Operation {
  const operations = Object.keys(shapes) as S3Operation[];
  const operation = operations.find((each) => key !== '' && fits(shapes[each], method, query));
  if (!operation)
    throw notImplemented(`${method} ${key === '' ? 'bucket' : 'object'}?${[...query.keys()].join('&')}`);
  const unknown = Object.keys(headers).find((header) => !understands(shapes[operation], header));
  if (unknown) throw notImplemented(`${query.get('x-id') ?? operation} with the header ${unknown}`);
  return operation;
}

function fits({ required = [], optional = [], ...shape }: Shape, method: string, query: URLSearchParams) {
  const known = new Set([...required, ...optional, 'x-id']);
  return (
    shape.method === method &&
    required.every((name) => query.has(name)) &&
    [...query.keys()].every((name) => known.has(name))
  );
}

/** Those on which S3 would act: to ignore one would be a wrong success. */
const meaningful =
  /^(x-amz-|if-|range$|cache-control$|expires$|content-(md5|encoding|disposition|language)$)/;
/** Those that every request has. What hashes they may hold is the body's matter. */
const common = new Set(['x-amz-date', 'x-amz-content-sha256', 'x-amz-user-agent', 'x-amz-security-token']);

function understands({ headers = [] }: Shape, header: string): boolean {
  if (!meaningful.test(header) || common.has(header)) return true;
  return headers.some((known) => (typeof known === 'string' ? known === header : known.test(header)));
}
