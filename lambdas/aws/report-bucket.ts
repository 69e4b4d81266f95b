import { GetObjectCommand, NoSuchKey, S3Client } from '@aws-sdk/client-s3';
import { boundedRequests, callAws } from './aws-call.ts';
import { environmentNames, requireEnv } from '../shared/environment.ts';

/** Reads what a key of the report bucket holds, or undefined. */
export type ReadObject = (key: string) => Promise<string | undefined>;

/** Reads from the report bucket with this client. */
export const readWith =
  (s3: S3Client): ReadObject =>
  (Key) => {
    const Bucket = requireEnv(environmentNames.reportBucketName);
    return callAws(`S3 GetObject of s3://${Bucket}/${Key}`, async () => {
      try {
        const object = await s3.send(new GetObjectCommand({ Bucket, Key }));
        return await object.Body?.transformToString();
      } catch (error) {
        if (error instanceof NoSuchKey) return undefined;
        throw error;
      }
    });
  };

export const readFromBucket = readWith(new S3Client(boundedRequests(10_000)));
