import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';

/** A file of an export's output, as far as it is needed here. */
interface ExportedFile {
  bucket: string;
  key: string;
  versionId: string;
  rows: number;
}

const s3 = new S3Client();

/** Reads the version that was exported, and would now give it to the payroll system. */
export async function handler({ bucket, key, versionId, rows }: ExportedFile) {
  const object = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key, VersionId: versionId }));
  const csv = (await object.Body?.transformToString()) ?? '';
  const [header = ''] = csv.split('\n');
  return { columns: header.split(';').length, rows };
}
