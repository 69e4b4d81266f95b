import { S3Client } from '@aws-sdk/client-s3';
import type { LuccaClient } from './lucca/client.ts';
import { openDownload } from './report-file/download.ts';
import { upload } from './report-file/upload.ts';
import { boundedRequests } from './aws/aws-call.ts';
import { type Bound, type StoredFile, type StoreFileInput, storeFileInput } from './shared/contract.ts';
import { environmentNames, requireEnv } from './shared/environment.ts';
import { objectKey, objectLocation } from './shared/object-keys.ts';
import { lambdaHandler } from './runtime/handler.ts';
import { luccaFor } from './lucca/lucca-for.ts';

/** Streams one file of a finished report from Lucca into the bucket, measuring it on the way. */
export async function storeFile(
  input: Bound<StoreFileInput>,
  lucca: LuccaClient,
  s3: S3Client,
  bucket: string,
): Promise<StoredFile> {
  const { reportId, templateId, format } = input;
  const file = await openDownload(() => lucca.download(reportId, format), format);
  const folder = objectKey('folder', { tenant: input.tenant.name, templateId, period: input.periodFolder });
  const key = objectKey('file', { folder, extension: file.type.extension });
  const versionId = await upload(s3, {
    bucket,
    key,
    contentType: file.type.contentType,
    metadata: {
      'report-id': String(reportId),
      'template-id': String(templateId),
      // Metadata must be ASCII, and the name in the ARN may be anything.
      execution: encodeURI(input.execution.toWellFormed()),
    },
    bytes: file.bytes,
  });
  return {
    format,
    ...objectLocation(bucket, key),
    versionId,
    ...file.measures(),
  };
}

const s3 = new S3Client(boundedRequests(60_000));

export const handler = lambdaHandler(storeFileInput, (input) =>
  storeFile(input, luccaFor(input), s3, requireEnv(environmentNames.reportBucketName)),
);
