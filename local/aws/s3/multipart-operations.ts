import type { IncomingHttpHeaders } from 'node:http';

import { receiveFile, receiveText } from './body.ts';
import {
  checksumAlgorithms,
  checksumHeader,
  defaultAlgorithm,
  sentChecksum,
  type Checksum,
  type ChecksumAlgorithm,
} from './checksums.ts';
import { S3Error } from './errors.ts';
import type { Workshop } from './files.ts';
import { conditionsOf, identity, storedHeaders } from './object-operations.ts';
import type { ObjectStore } from './object-store.ts';
import type { Exchange, Handler } from './request.ts';
import { minimumPartSize, type MultipartUpload, type Part, type UploadStore } from './upload-store.ts';
import { document, element, elements, textOf } from './xml.ts';

const xmlType = { 'content-type': 'application/xml' };

/** The operations on objects that come in parts. */
export function createMultipartOperations(
  bucket: string,
  objects: ObjectStore,
  uploads: UploadStore,
  workshop: Workshop,
) {
  return {
    CreateMultipartUpload: async ({ request, response, key }) => {
      const checksum = checksumAsked(request.headers);
      const { uploadId } = await uploads.create({ key, headers: storedHeaders(request.headers), checksum });
      response.writeHead(200, {
        ...xmlType,
        'x-amz-checksum-algorithm': checksum.algorithm,
        'x-amz-checksum-type': checksum.type,
      });
      response.end(
        document('InitiateMultipartUploadResult', [
          element('Bucket', bucket),
          element('Key', key),
          element('UploadId', uploadId),
        ]),
      );
    },

    UploadPart: async ({ request, response, key, query }) => {
      const partNumber = partNumberOf(query.get('partNumber'));
      const upload = await uploads.find(uploadIdOf(query), key);
      const { algorithm, askedFor } = upload.checksum;
      if (!askedFor && sentChecksum(request.headers)) {
        throw new S3Error(
          'InvalidRequest',
          'The upload was created without the checksum that this part has.',
        );
      }
      await workshop.withTemporaryFile(async (temporary) => {
        const received = await receiveFile(request, temporary, algorithm);
        const part = await uploads.putPart(upload, partNumber, temporary, received);
        response.writeHead(200, { etag: `"${part.etag}"`, [checksumHeader(algorithm)]: part.checksum }).end();
      });
    },

    CompleteMultipartUpload: async ({ request, response, key, query }) => {
      const { headers } = request;
      const xml = await receiveText(request);
      const upload = await uploads.find(uploadIdOf(query), key);
      const parts = partsNamed(xml, upload);
      requireWholeSize(headers, parts);
      const record = await workshop.withTemporaryFile(async (temporary) => {
        const { etag, checksum } = await uploads.assemble(upload, parts, temporary);
        requireWholeChecksum(headers, checksum);
        const content = { etag, checksum, headers: upload.headers };
        return uploads.end(upload, () => objects.put(key, temporary, content, conditionsOf(headers)));
      });
      response.writeHead(200, { ...xmlType, ...identity(record) });
      response.end(
        document('CompleteMultipartUploadResult', [
          element('Location', `http://${headers.host}${request.url?.split('?')[0]}`),
          element('Bucket', bucket),
          element('Key', key),
          element('ETag', `"${record.etag}"`),
          element(`Checksum${record.checksum.algorithm}`, record.checksum.value),
          element('ChecksumType', record.checksum.type),
        ]),
      );
    },

    AbortMultipartUpload: async ({ response, key, query }) => {
      const upload = await uploads.find(uploadIdOf(query), key);
      await uploads.end(upload, async () => undefined);
      response.writeHead(204).end();
    },

    ListMultipartUploads: async ({ response, query }) => {
      const prefix = query.get('prefix') ?? '';
      const found = (await uploads.list()).filter(({ key }) => key.startsWith(prefix));
      const xml = document('ListMultipartUploadsResult', [
        element('Bucket', bucket),
        element('Prefix', prefix),
        element('IsTruncated', false),
        ...found.map(({ key, uploadId, initiated }) =>
          element('Upload', [
            element('Key', key),
            element('UploadId', uploadId),
            element('StorageClass', 'STANDARD'),
            element('Initiated', initiated),
          ]),
        ),
      ]);
      response.writeHead(200, xmlType).end(xml);
    },
  } satisfies Record<string, Handler>;
}

function uploadIdOf(query: Exchange['query']): string {
  return query.get('uploadId') ?? '';
}

function partNumberOf(text: string | null | undefined): number {
  const partNumber = /^\d{1,5}$/.test(text ?? '') ? Number(text) : 0;
  if (partNumber >= 1 && partNumber <= 10_000) return partNumber;
  throw new S3Error('InvalidArgument', 'Part number must be an integer between 1 and 10000, inclusive');
}

/** What S3 can compute of the parts, its own choice first: a whole object's checksum comes from CRCs only. */
const checksumTypes: Record<ChecksumAlgorithm, Checksum['type'][]> = {
  CRC32: ['COMPOSITE', 'FULL_OBJECT'],
  CRC32C: ['COMPOSITE', 'FULL_OBJECT'],
  CRC64NVME: ['FULL_OBJECT'],
  SHA1: ['COMPOSITE'],
  SHA256: ['COMPOSITE'],
};

/** Which checksum the object is to have. */
function checksumAsked(headers: IncomingHttpHeaders): MultipartUpload['checksum'] {
  const name = headers['x-amz-checksum-algorithm'];
  const algorithm = name === undefined ? defaultAlgorithm : checksumAlgorithms.find((each) => each === name);
  if (!algorithm) throw new S3Error('NotImplemented', `The checksum ${String(name)} is not implemented.`);
  const types = checksumTypes[algorithm];
  const asked = headers['x-amz-checksum-type'] ?? types[0];
  const type = types.find((each) => each === asked);
  if (!type) {
    throw new S3Error(
      'InvalidRequest',
      `The checksum type ${String(asked)} cannot be used with ${algorithm}.`,
    );
  }
  return { algorithm, type, askedFor: name !== undefined };
}

/** The parts that the caller wants, checked one against the other. */
function partsNamed(xml: string, upload: MultipartUpload): Part[] {
  const named = elements(xml, 'Part');
  if (!xml.includes('</CompleteMultipartUpload>') || named.length === 0) {
    throw new S3Error('MalformedXML', 'The XML you provided was not well-formed or names no part.');
  }
  const numbers = named.map((part) => partNumberOf(textOf(part, 'PartNumber')));
  if (numbers.some((number, index) => number <= (numbers[index - 1] ?? 0))) {
    throw new S3Error('InvalidPartOrder', 'The list of parts was not in ascending order.');
  }
  const parts = named.map((part, index) => partNamed(part, numbers[index]!, upload));
  if (parts.slice(0, -1).some(({ size }) => size < minimumPartSize)) {
    throw new S3Error('EntityTooSmall', 'A part other than the last is smaller than 5 MiB.');
  }
  return parts;
}

function partNamed(xml: string, partNumber: number, { parts, checksum }: MultipartUpload): Part {
  const { algorithm, type } = checksum;
  const part = parts[partNumber];
  const sent = textOf(xml, `Checksum${algorithm}`);
  if (sent === undefined && type === 'COMPOSITE') {
    const message = `The upload was created using a ${algorithm.toLowerCase()} checksum.`;
    throw new S3Error('InvalidRequest', `${message} It is missing for part ${partNumber} in the request.`);
  }
  const isRight = textOf(xml, 'ETag')?.replaceAll('"', '') === part?.etag;
  if (part && isRight && (sent === undefined || sent === part.checksum)) return part;
  throw new S3Error('InvalidPart', `Part ${partNumber} was not uploaded, or is not the one you specified.`);
}

function requireWholeSize(headers: IncomingHttpHeaders, parts: Part[]): void {
  const sent = headers['x-amz-mp-object-size'];
  const size = parts.reduce((sum, part) => sum + part.size, 0);
  if (sent === undefined || Number(sent) === size) return;
  throw new S3Error('InvalidRequest', `The parts have ${size} bytes, not the ${String(sent)} specified.`);
}

function requireWholeChecksum(headers: IncomingHttpHeaders, checksum: Checksum): void {
  const type = headers['x-amz-checksum-type'] ?? checksum.type;
  if (type !== checksum.type) {
    throw new S3Error('InvalidRequest', `The upload has the checksum type ${checksum.type}.`);
  }
  const sent = sentChecksum(headers);
  if (!sent) return;
  if (sent.algorithm === checksum.algorithm && sent.value === checksum.value) return;
  throw new S3Error('BadDigest', 'The checksum you specified is not that of the completed object.');
}
