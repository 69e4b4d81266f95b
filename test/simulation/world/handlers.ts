import type { S3Client } from '@aws-sdk/client-s3';
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { checkReport } from '../../../lambdas/check-report.ts';
import { createReport } from '../../../lambdas/create-report.ts';
import { ensureTemplate } from '../../../lambdas/ensure-template.ts';
import { createLuccaClient } from '../../../lambdas/lucca/client.ts';
import { prepareBatch } from '../../../lambdas/plan-batch.ts';
import { resolveRequest } from '../../../lambdas/request/resolve.ts';
import { createApiKeys } from '../../../lambdas/aws/api-key.ts';
import {
  checkReportInput,
  createReportInput,
  ensureTemplateInput,
  type FunctionName,
  type Bound,
  type LuccaCall,
  planBatchInput,
  resolveRequestInput,
  storeFileInput,
} from '../../../lambdas/shared/contract.ts';
import type { Environment } from '../../../lambdas/shared/environment.ts';
import { lambdaHandler } from '../../../lambdas/runtime/handler.ts';
import { readWith, writeWith } from '../../../lambdas/aws/report-bucket.ts';
import { storeFile } from '../../../lambdas/store-file.ts';

export type Handler = (event: unknown) => Promise<unknown>;

/** The SDK clients of the functions, which wait for different times. */
export interface Clients {
  uploads: S3Client;
  reads: S3Client;
  secrets: SecretsManagerClient;
}

/** The handlers of one sandbox, by the ids of their functions: the functions' own code, given other clients. */
export function createHandlers(
  { uploads, reads, secrets }: Clients,
  bucket: string,
  environment: Environment,
): Readonly<Record<Capitalize<FunctionName>, Handler>> {
  const apiKeys = createApiKeys(secrets);
  const luccaFor = (call: Bound<LuccaCall>) => createLuccaClient(call, apiKeys(call.tenant.apiKeySecretArn));
  const read = readWith(reads);
  return {
    ResolveRequest: lambdaHandler(resolveRequestInput, (input) => resolveRequest(input), environment),
    EnsureTemplate: lambdaHandler(
      ensureTemplateInput,
      (input) => ensureTemplate(input, luccaFor(input), read),
      environment,
    ),
    CreateReport: lambdaHandler(
      createReportInput,
      (input) => createReport(input, luccaFor(input)),
      environment,
    ),
    CheckReport: lambdaHandler(checkReportInput, (input) => checkReport(input, luccaFor(input)), environment),
    StoreFile: lambdaHandler(
      storeFileInput,
      (input) => storeFile(input, luccaFor(input), uploads, bucket),
      environment,
    ),
    PlanBatch: lambdaHandler(
      planBatchInput,
      (input) => prepareBatch(input, bucket, read, writeWith(reads)),
      environment,
    ),
  };
}
