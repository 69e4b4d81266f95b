import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { parse } from 'csv-parse/sync';

/** Of a manifest, what is needed here. */
interface Manifest {
  files: { key: string; versionId: string; rows: number }[];
}

const s3 = new S3Client();

/** Reads the versions that were exported, and would now give them to the payroll system. */
export async function handler({ manifestKey }: { manifestKey: string }) {
  // Whoever may invoke this says what is read, but not where: the bucket and the prefix are the deployment's.
  if (!manifestKey.startsWith(process.env['REPORT_PREFIX']!)) {
    throw new Error(`Expected a key that begins with ${process.env['REPORT_PREFIX']}, found ${manifestKey}.`);
  }
  const { files } = JSON.parse(await read(manifestKey)) as Manifest;
  return Promise.all(
    files.map(async ({ key, versionId, rows }) => {
      // Periodic columns have a line break in their names, and semicolons are what a French user's reports have.
      const [header = []] = parse(await read(key, versionId), { bom: true, delimiter: ';', to: 1 });
      return { columns: header.length, rows };
    }),
  );
}

async function read(key: string, versionId?: string): Promise<string> {
  const { Body } = await s3.send(
    new GetObjectCommand({ Bucket: process.env['REPORT_BUCKET_NAME'], Key: key, VersionId: versionId }),
  );
  return (await Body?.transformToString()) ?? '';
}
