import { Readable } from 'node:stream';
import type { S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { awsUnavailable } from '../aws/aws-call.ts';

/** Two parts of this size are the most that is held in memory. */
const partSize = 8 * 1024 * 1024;

export interface UploadRequest {
  bucket: string;
  key: string;
  contentType: string;
  metadata: Record<string, string>;
  bytes: AsyncIterable<Uint8Array>;
}

/**
 * Streams bytes into one object and answers its version. When the bytes fail, so does this, with the same error:
 * there is no object then, and no incomplete multipart upload.
 */
export async function upload(s3: S3Client, request: UploadRequest): Promise<string> {
  let failure: unknown;
  /** Only errors of the source itself: the upload closes it with an error of its own when S3 fails. */
  async function* watched() {
    const pieces = request.bytes[Symbol.asyncIterator]();
    try {
      for (;;) {
        const piece = await pieces.next().catch((error: unknown) => {
          failure = error;
          throw error;
        });
        if (piece.done === true) return;
        yield piece.value;
      }
    } finally {
      await pieces.return?.();
    }
  }
  const task = new Upload({
    client: s3,
    partSize,
    queueSize: 1,
    params: {
      Bucket: request.bucket,
      Key: request.key,
      ContentType: request.contentType,
      Metadata: request.metadata,
      Body: Readable.from(watched(), { objectMode: false }),
    },
  });
  const stored = await task.done().catch((error: unknown) => {
    throw failure ?? awsUnavailable(`S3 upload of s3://${request.bucket}/${request.key}`, error);
  });
  return stored.VersionId ?? 'null';
}
