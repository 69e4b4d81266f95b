import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { parse } from 'csv-parse/sync';

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
  // Periodic columns have a line break in their names, and semicolons are what a French user's reports have.
  const [header = []] = parse(csv, { bom: true, delimiter: ';', to: 1 });
  return { columns: header.length, rows };
}
