import { childName } from './batch/child-name.ts';
import { isExported } from './batch/manifest.ts';
import { mapInOrder } from './batch/map-in-order.ts';
import { overlaps } from './batch/overlaps.ts';
import { type ItemTemplate, itemTemplates } from './batch/templates.ts';
import { validateBatch } from './batch/validate.ts';
import { resolveRequest } from './resolve-request.ts';
import {
  type BatchItem,
  type BatchPlan,
  jsonBytes,
  mostPlanBytes,
  type PlanBatchInput,
  planBatchInput,
  type ResolvedRequest,
} from './shared/contract.ts';
import { environmentNames, requireEnv } from './shared/environment.ts';
import { InvalidRequestError } from './shared/errors.ts';
import { lambdaHandler } from './runtime/handler.ts';
import { type ReadObject, readFromBucket } from './aws/report-bucket.ts';

/** So that hundreds are read in seconds, without asking S3 for all of them at once. */
const manifestsAtOnce = 10;

/** Says which exports a batch is made of, and which of them are there already. Starts none of them. */
export async function planBatch(
  input: PlanBatchInput,
  bucket: string,
  readObject: ReadObject,
): Promise<BatchPlan> {
  const { tenant, executionName } = input;
  const {
    exports,
    skipExisting,
    dryRun,
    scheduledTime = input.executionStartTime,
  } = validateBatch(input.request, input.defaultExport);
  const resolved = exports.map((request, index) =>
    resolveRequest({ tenant, request, executionStartTime: scheduledTime }, ['exports', index]),
  );
  const { templates, payloads } = await itemTemplates(tenant, resolved, readObject);
  const problems = overlaps(
    resolved.map((dates, index) => ({ ...dates, template: templates[index]!.identity })),
  );
  if (problems.length > 0) throw new InvalidRequestError(problems);

  const items = await mapInOrder(resolved, manifestsAtOnce, async (request, index): Promise<BatchItem> => {
    const { templateId, payload } = templates[index]!;
    const { startsOn, endsOn, formats, periodFolder } = request;
    const folder = templateId === null ? null : `${tenant.name}/template=${templateId}/${periodFolder}`;
    const key = `${folder}/manifest.json`;
    const skipped = skipExisting && folder !== null && (await isExported(key, formats, readObject));
    return {
      name: childName(executionName, index, periodFolder),
      request: itemRequest(request, templates[index]!, exports[index]!.scheduledTime ?? scheduledTime),
      template: payload,
      outcome: {
        templateId,
        startsOn,
        endsOn,
        folder,
        ...(skipped
          ? { status: 'skipped', manifest: { bucket, key, uri: `s3://${bucket}/${key}` } }
          : { status: 'planned' }),
      },
    };
  });
  const plan = { dryRun, items, templates: payloads };
  const bytes = jsonBytes(plan);
  if (bytes <= mostPlanBytes) return plan;
  throw new InvalidRequestError([
    `input: expected a batch that can be planned in ${mostPlanBytes} bytes, found ${bytes}: make several batches of ` +
      'it, or give report templates by their ids',
  ]);
}

/** Without dates, the day of the export names the folder: it must not change while the batch runs. */
function itemRequest(
  { startsOn, endsOn, formats }: ResolvedRequest,
  { templateId, payload }: ItemTemplate,
  scheduledTime: string,
): BatchItem['request'] {
  return {
    ...(payload === null && templateId !== null ? { templateId } : {}),
    ...(startsOn === null || endsOn === null ? { scheduledTime } : { startsOn, endsOn }),
    formats,
  };
}

export const handler = lambdaHandler(planBatchInput, (input) =>
  planBatch(input, requireEnv(environmentNames.reportBucketName), readFromBucket),
);
