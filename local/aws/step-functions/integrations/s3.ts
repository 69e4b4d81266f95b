import { PutObjectCommand, S3ServiceException } from '@aws-sdk/client-s3';
import { type Json, TaskFailure } from '../../../states-language/index.ts';
import type { Integration, Integrations } from './integration.ts';

interface PutObjectArguments {
  Bucket: string;
  Key: string;
  /** Any JSON: Step Functions writes it as compact JSON text. */
  Body: Json;
  ContentType?: string;
}

/** Writes an object without a function. */
const putObject: Integration = {
  service: 'S3',
  outages: ['S3.S3Exception', 'S3.SdkClientException'],
  call: async ({ s3 }, { arguments: given }) => {
    const { Body, ...parameters } = given as unknown as PutObjectArguments;
    try {
      const { ETag, VersionId } = await s3.send(
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
  },
};

export const s3: Integrations = { 'arn:aws:states:::aws-sdk:s3:putObject': putObject };
