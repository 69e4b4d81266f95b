import { PutObjectCommand, S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import { type Json, TaskFailure } from '../../../states-language/index.ts';

/** The resource of a Task state that writes an object without a function. */
export const putObjectResource = 'arn:aws:states:::aws-sdk:s3:putObject';

interface PutObjectArguments {
  Bucket: string;
  Key: string;
  /** Any JSON: Step Functions writes it as compact JSON text. */
  Body: Json;
  ContentType?: string;
}

/** Runs `s3:putObject` as Step Functions' AWS SDK integration does, its errors named as there. */
export async function putObject(client: S3Client, given: Json): Promise<Json> {
  const { Body, ...parameters } = given as unknown as PutObjectArguments;
  try {
    const { ETag, VersionId } = await client.send(
      new PutObjectCommand({ ...parameters, Body: JSON.stringify(Body) }),
    );
    return { ...(ETag === undefined ? {} : { ETag }), ...(VersionId === undefined ? {} : { VersionId }) };
  } catch (error) {
    if (error instanceof S3ServiceException) {
      throw new TaskFailure(
        'S3.S3Exception',
        `${error.message} (Service: S3, Status Code: ${error.$metadata.httpStatusCode})`,
      );
    }
    throw new TaskFailure('S3.SdkClientException', String(error));
  }
}
