import { Duration } from 'aws-cdk-lib';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { Timeout } from 'aws-cdk-lib/aws-stepfunctions';
import { CallAwsService } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { acknowledgeWildcard } from '../../security-findings.ts';
import type { JsonataField } from '../jsonata.ts';
import { awsCallFailed } from '../retry-policies.ts';
import { awsCallSeconds } from '../run-times.ts';

export interface PutJsonOptions {
  readonly comment: string;
  readonly bucket: Bucket;
  readonly key: JsonataField;
  /** Keys that may be written, as a pattern: the permission. */
  readonly allowedKeys: string;
  readonly body: JsonataField | Readonly<Record<string, unknown>>;
  readonly output: JsonataField;
}

/** A step that writes a JSON document to S3 without a function. */
export function putJson(scope: Construct, state: string, options: PutJsonOptions): CallAwsService {
  const { comment, bucket, key, allowedKeys, body, output } = options;
  const task = CallAwsService.jsonata(scope, state, {
    comment,
    service: 's3',
    action: 'putObject',
    parameters: { Bucket: bucket.bucketName, Key: key, Body: body, ContentType: 'application/json' },
    iamResources: [bucket.arnForObjects(allowedKeys)],
    outputs: output,
    taskTimeout: Timeout.duration(Duration.seconds(awsCallSeconds)),
  });
  task.addRetry(awsCallFailed);
  acknowledgeWildcard(scope, bucket, `/${allowedKeys}`, "This tenant's keys of one kind.");
  return task;
}
