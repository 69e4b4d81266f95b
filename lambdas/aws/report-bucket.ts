import { GetObjectCommand, NoSuchKey, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
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

/** Writes a JSON document to a key of the report bucket. */
export type WriteObject = (key: string, json: string) => Promise<void>;

/** Writes to the report bucket with this client. */
export const writeWith =
  (s3: S3Client): WriteObject =>
  (Key, Body) => {
    const Bucket = requireEnv(environmentNames.reportBucketName);
    return callAws(`S3 PutObject of s3://${Bucket}/${Key}`, async () => {
      await s3.send(new PutObjectCommand({ Bucket, Key, Body, ContentType: 'application/json' }));
    });
  };

const s3 = new S3Client(boundedRequests(10_000));
export const readFromBucket = readWith(s3);
export const writeToBucket = writeWith(s3);
