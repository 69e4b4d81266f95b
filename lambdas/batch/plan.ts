import { resolveRequest } from '../request/resolve.ts';
import {
  type BatchItem,
  type BatchPlan,
  type Bound,
  type FunctionInput,
  type ResolvedRequest,
} from '../shared/contract.ts';
import { InvalidRequestError } from '../shared/errors.ts';
import { isLoopbackDomain } from '../shared/lucca-domain.ts';
import { objectKey } from '../shared/object-keys.ts';
import type { TemplatePayload } from '../shared/template-payload.ts';
import type { ReadObject } from '../aws/report-bucket.ts';
import { childName } from './child-name.ts';
import { isExported } from './manifest.ts';
import { mapInOrder } from './map-in-order.ts';
import { overlaps } from './overlaps.ts';
import { identityOf, type ItemTemplate, itemTemplates } from './templates.ts';
import { validateBatch } from './validate.ts';

/** So that hundreds are read in seconds, without asking S3 for all of them at once. */
const manifestsAtOnce = 10;

/**
 * Says which exports a batch is made of, and which of them are there already. Starts none of them.
 * @returns with the payloads that exports are made from, by the keys at which they look for them
 */
export async function planBatch(
  input: Bound<FunctionInput<'planBatch'>>,
  bucket: string,
  readObject: ReadObject,
): Promise<{ plan: BatchPlan; payloads: ReadonlyMap<string, TemplatePayload> }> {
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
    resolved.map((dates, index) => ({ ...dates, template: identityOf(templates[index]!) })),
  );
  if (problems.length > 0) throw new InvalidRequestError(problems);

  const simulated = isLoopbackDomain(tenant.domain);
  const items = await mapInOrder(resolved, manifestsAtOnce, async (request, index): Promise<BatchItem> => {
    const { templateId } = templates[index]!;
    const { startsOn, endsOn, formats, periodFolder } = request;
    const folder =
      templateId === null
        ? null
        : objectKey('folder', { tenant: tenant.name, templateId, period: periodFolder });
    const manifest = folder === null ? undefined : objectKey('manifest', { folder });
    const wanted = { formats, endsOn, simulated, timeZone: tenant.timeZone };
    const skipped = skipExisting && manifest !== undefined && isExported(await readObject(manifest), wanted);
    return {
      name: childName(executionName, index, periodFolder),
      request: itemRequest(request, templates[index]!, exports[index]!.scheduledTime ?? scheduledTime),
      outcome: {
        templateId,
        startsOn,
        endsOn,
        folder,
        ...(skipped ? { status: 'skipped', manifest: { bucket, key: manifest } } : { status: 'planned' }),
      },
    };
  });
  return { plan: { dryRun, simulated, items }, payloads };
}

/** Without dates, the day of the export names the folder: it must not change while the batch runs. */
function itemRequest(
  { startsOn, endsOn, formats }: ResolvedRequest,
  { templateId, fingerprint }: ItemTemplate,
  scheduledTime: string,
): BatchItem['request'] {
  return {
    ...(fingerprint === null ? {} : { template: fingerprint }),
    ...(fingerprint === null && templateId !== null ? { templateId } : {}),
    ...(startsOn === null || endsOn === null ? { scheduledTime } : { startsOn, endsOn }),
    formats,
  };
}
