import { readFromBucket } from './aws/report-bucket.ts';
import { planBatch } from './batch/plan.ts';
import { lambdaHandler } from './runtime/handler.ts';
import { planBatchInput } from './shared/contract.ts';
import { environmentNames, requireEnv } from './shared/environment.ts';

export const handler = lambdaHandler(planBatchInput, (input) =>
  planBatch(input, requireEnv(environmentNames.reportBucketName), readFromBucket),
);
