import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Received } from './body.ts';
import { startChecksum, type Checksum, type ChecksumAlgorithm } from './checksums.ts';
import { isErrno, S3Error } from './errors.ts';
import { createQueue, readJson, type Workshop } from './files.ts';
import { internals } from './keys.ts';

export const minimumPartSize = 5 * 1024 * 1024;

export interface Part {
  /** In the upload's directory. */
  file: string;
  /** Without quotes. */
  etag: string;
  size: number;
  /** By the upload's algorithm. */
  checksum: string;
}

export interface MultipartUpload {
  uploadId: string;
  key: string;
  /** ISO 8601. */
  initiated: string;
  /** Of the object to be. */
  headers: Record<string, string>;
  checksum: Omit<Checksum, 'value'> & { askedFor: boolean };
  parts: Record<number, Part>;
}

export type UploadStore = Awaited<ReturnType<typeof openUploadStore>>;

/** Uploads under way, each a directory below `.s3/uploads/` with its parts and its `upload.json`. */
export async function openUploadStore(directory: string, workshop: Workshop) {
  const uploads = join(directory, internals, 'uploads');
  await mkdir(uploads, { recursive: true });
  const exclusively = createQueue();

  const directoryOf = (uploadId: string) => join(uploads, uploadId);
  const manifestOf = (uploadId: string) => join(directoryOf(uploadId), 'upload.json');

  const create = async (upload: Pick<MultipartUpload, 'key' | 'headers' | 'checksum'>) => {
    const created = { ...upload, uploadId: randomUUID(), initiated: new Date().toISOString(), parts: {} };
    await mkdir(directoryOf(created.uploadId));
    await workshop.writeJson(manifestOf(created.uploadId), created);
    return created;
  };

  const find = async (uploadId: string, key: string): Promise<MultipartUpload> => {
    const upload = /^[0-9a-f-]{36}$/.test(uploadId)
      ? await readJson<MultipartUpload>(manifestOf(uploadId))
      : undefined;
    if (upload?.key !== key) throw noSuchUpload();
    return upload;
  };

  /** Moves a complete temporary file into place as a part, replacing the part of that number. */
  const putPart = (upload: MultipartUpload, partNumber: number, temporary: string, received: Received) =>
    exclusively(async (): Promise<Part> => {
      const { parts, ...rest } = await find(upload.uploadId, upload.key);
      const part = {
        file: `${partNumber}-${randomUUID()}`,
        etag: received.md5.toString('hex'),
        size: received.size,
        checksum: received.digest.toString('base64'),
      };
      await rename(temporary, join(directoryOf(upload.uploadId), part.file));
      await workshop.writeJson(manifestOf(upload.uploadId), {
        ...rest,
        parts: { ...parts, [partNumber]: part },
      });
      const replaced = parts[partNumber];
      if (replaced) await rm(join(directoryOf(upload.uploadId), replaced.file));
      return part;
    });

  /** Concatenates parts into a file. */
  const assemble = async (upload: MultipartUpload, parts: Part[], file: string) => {
    const whole = startChecksum(upload.checksum.algorithm);
    const bytes = async function* () {
      for (const part of parts) {
        const source: AsyncIterable<Buffer> = createReadStream(join(directoryOf(upload.uploadId), part.file));
        for await (const chunk of source) {
          whole.update(chunk);
          yield chunk;
        }
      }
    };
    try {
      await writeFile(file, bytes(), { flag: 'wx' });
    } catch (error) {
      // Aborted, or completed by another request, in the meantime.
      throw isErrno(error, 'ENOENT') ? noSuchUpload() : error;
    }
    return { etag: etagOf(parts), checksum: checksumOf(upload, parts, whole.digest()) };
  };

  /** Forgets an upload with all its parts, once `last` has succeeded. */
  const end = <T>(upload: MultipartUpload, last: () => Promise<T>): Promise<T> =>
    exclusively(async () => {
      await find(upload.uploadId, upload.key);
      const result = await last();
      await rm(directoryOf(upload.uploadId), { recursive: true });
      return result;
    });

  /** Every upload under way, in the order of their keys, then of their beginnings. */
  const list = async (): Promise<MultipartUpload[]> => {
    const found = await Promise.all(
      (await readdir(uploads)).map((id) => readJson<MultipartUpload>(manifestOf(id))),
    );
    return found
      .filter((upload) => upload !== undefined)
      .sort((a, b) => Buffer.compare(Buffer.from(sortKey(a)), Buffer.from(sortKey(b))));
  };

  return { create, find, putPart, assemble, end, list };
}

function sortKey({ key, initiated }: MultipartUpload): string {
  return `${key}\0${initiated}`;
}

/** S3's form for objects that came in parts: the MD5 of the parts' MD5s, and their number. */
function etagOf(parts: Part[]): string {
  const md5s = Buffer.concat(parts.map(({ etag }) => Buffer.from(etag, 'hex')));
  return `${createHash('md5').update(md5s).digest('hex')}-${parts.length}`;
}

function checksumOf({ checksum }: MultipartUpload, parts: Part[], whole: Buffer): Checksum {
  const { algorithm, type } = checksum;
  if (type === 'FULL_OBJECT') return { algorithm, type, value: whole.toString('base64') };
  return { algorithm, type, value: `${compositeDigest(algorithm, parts)}-${parts.length}` };
}

function compositeDigest(algorithm: ChecksumAlgorithm, parts: Part[]): string {
  const composite = startChecksum(algorithm);
  for (const part of parts) composite.update(Buffer.from(part.checksum, 'base64'));
  return composite.digest().toString('base64');
}

function noSuchUpload(): S3Error {
  return new S3Error(
    'NoSuchUpload',
    'The specified multipart upload does not exist. It may have been aborted or completed.',
  );
}
