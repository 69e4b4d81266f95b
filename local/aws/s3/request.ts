import type { IncomingMessage, ServerResponse } from 'node:http';

import { checksumAlgorithms, checksumHeader } from './checksums.ts';
import { S3Error } from './errors.ts';

/** What this stand-in can do. */
export type S3Operation =
  | 'PutObject'
  | 'GetObject'
  | 'HeadObject'
  | 'DeleteObject'
  | 'ListObjectsV2'
  | 'CreateMultipartUpload'
  | 'UploadPart'
  | 'CompleteMultipartUpload'
  | 'AbortMultipartUpload'
  | 'ListMultipartUploads';

/** How an operation looks in HTTP. */
interface Shape {
  operation: S3Operation;
  method: string;
  on: 'object' | 'bucket';
  /** Query parameters that tell it from others; one that is `undefined` here may have any value. */
  required?: Record<string, string | undefined>;
  optional?: string[];
  /** Headers that change what it does. */
  headers?: (string | RegExp)[];
}

const checksumHeaders = checksumAlgorithms.map(checksumHeader);
const bodyHeaders = [
  'x-amz-decoded-content-length',
  'x-amz-trailer',
  'x-amz-sdk-checksum-algorithm',
  ...checksumHeaders,
];
const conditions = ['if-match', 'if-none-match'];
const metadata = /^x-amz-meta-./;

const shapes: Shape[] = [
  {
    operation: 'PutObject',
    method: 'PUT',
    on: 'object',
    headers: [...bodyHeaders, ...conditions, metadata],
  },
  {
    operation: 'GetObject',
    method: 'GET',
    on: 'object',
    optional: ['versionId'],
    headers: ['x-amz-checksum-mode'],
  },
  {
    operation: 'HeadObject',
    method: 'HEAD',
    on: 'object',
    optional: ['versionId'],
    headers: ['x-amz-checksum-mode'],
  },
  { operation: 'DeleteObject', method: 'DELETE', on: 'object' },
  {
    operation: 'ListObjectsV2',
    method: 'GET',
    on: 'bucket',
    required: { 'list-type': '2' },
    optional: ['prefix', 'continuation-token', 'start-after', 'max-keys'],
  },
  {
    operation: 'CreateMultipartUpload',
    method: 'POST',
    on: 'object',
    required: { uploads: '' },
    headers: ['x-amz-checksum-algorithm', 'x-amz-checksum-type', metadata],
  },
  {
    operation: 'UploadPart',
    method: 'PUT',
    on: 'object',
    required: { partNumber: undefined, uploadId: undefined },
    headers: bodyHeaders,
  },
  {
    operation: 'CompleteMultipartUpload',
    method: 'POST',
    on: 'object',
    required: { uploadId: undefined },
    headers: [...checksumHeaders, ...conditions, 'x-amz-checksum-type', 'x-amz-mp-object-size'],
  },
  { operation: 'AbortMultipartUpload', method: 'DELETE', on: 'object', required: { uploadId: undefined } },
  {
    operation: 'ListMultipartUploads',
    method: 'GET',
    on: 'bucket',
    required: { uploads: '' },
    optional: ['prefix'],
  },
];

/** A request for an operation, and the response to it. */
export interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
  /** Empty for an operation on the bucket. */
  key: string;
  query: URLSearchParams;
}

export type Handler = (exchange: Exchange) => Promise<void>;

/** Path-style: the first segment is the bucket, the rest the key. Nothing is normalised, as S3 does not either. */
export function parseTarget(target: string): { bucket: string; key: string; query: URLSearchParams } {
  const [path = '', query = ''] = target.split(/\?(.*)/s, 2);
  const [, bucket, key = ''] = /^\/([^/]*)(?:\/(.*))?$/s.exec(path) ?? [];
  if (bucket === undefined) throw new S3Error('InvalidURI', "Couldn't parse the specified URI.");
  return { bucket: decode(bucket), key: decode(key), query: new URLSearchParams(query) };
}

/** Names the operation of a request, when all that the request asks for is implemented. */
export function identifyOperation(
  request: IncomingMessage,
  key: string,
  query: URLSearchParams,
): S3Operation {
  const on = key === '' ? 'bucket' : 'object';
  const shape = shapes.find((each) => each.on === on && fits(each, request.method, query));
  if (!shape || 'x-amz-copy-source' in request.headers) {
    throw notImplemented(nameAsked(request, key, query));
  }
  const unknown = Object.keys(request.headers).find((header) => !understands(shape, header));
  if (unknown) throw notImplemented(`${shape.operation} with the header ${unknown}`);
  return shape.operation;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new S3Error('InvalidURI', "Couldn't parse the specified URI.");
  }
}

function fits(
  { method, required = {}, optional = [] }: Shape,
  asked: string | undefined,
  query: URLSearchParams,
) {
  const hasRequired = Object.entries(required).every(([name, value]) =>
    value === undefined ? query.has(name) : query.get(name) === value,
  );
  const known = new Set([...Object.keys(required), ...optional, 'x-id']);
  return method === asked && hasRequired && [...query.keys()].every((name) => known.has(name));
}

const harmless = new Set(['x-amz-date', 'x-amz-content-sha256', 'x-amz-user-agent', 'x-amz-security-token']);

/** S3 would act on x-amz-* headers, on conditions and on ranges: to ignore one would be a wrong success. */
function understands({ headers = [] }: Shape, header: string): boolean {
  if (!/^(x-amz-|if-|range$)/.test(header) || harmless.has(header)) return true;
  return headers.some((known) => (typeof known === 'string' ? known === header : known.test(header)));
}

function nameAsked({ method, headers }: IncomingMessage, key: string, query: URLSearchParams): string {
  if ('x-amz-copy-source' in headers) return query.has('uploadId') ? 'UploadPartCopy' : 'CopyObject';
  const parameters = [...query.keys()].filter((name) => name !== 'x-id').join('&');
  const description = `${method} ${key === '' ? 'bucket' : 'object'}${parameters && `?${parameters}`}`;
  const name = query.get('x-id') ?? (method === 'POST' && query.has('delete') ? 'DeleteObjects' : undefined);
  return name ? `${name} (${description})` : description;
}

function notImplemented(what: string): S3Error {
  return new S3Error('NotImplemented', `This stand-in does not implement ${what}.`);
}
