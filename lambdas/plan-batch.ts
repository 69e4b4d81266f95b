import { type ReadObject, readFromBucket, type WriteObject, writeToBucket } from './aws/report-bucket.ts';
import { planBatch } from './batch/plan.ts';
import { keepPayload } from './report-template/kept-payload.ts';
import { lambdaHandler } from './runtime/handler.ts';
import { type BatchPlan, type Bound, type FunctionInput, planBatchInput } from './shared/contract.ts';
import { environmentNames, requireEnv } from './shared/environment.ts';

/** Plans a batch, and keeps the payloads that its exports are made from. */
export async function prepareBatch(
  input: Bound<FunctionInput<'planBatch'>>,
  bucket: string,
  readObject: ReadObject,
  writeObject: WriteObject,
): Promise<BatchPlan> {
  const { plan, payloads } = await planBatch(input, bucket, readObject);
  if (!plan.dryRun) {
    for (const [key, payload] of payloads) await keepPayload(key, payload, readObject, writeObject);
  }
  return plan;
}

export const handler = lambdaHandler(planBatchInput, (input) =>
  prepareBatch(input, requireEnv(environmentNames.reportBucketName), readFromBucket, writeToBucket),
);
