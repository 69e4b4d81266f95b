import type { LuccaClient } from './lucca/client.ts';
import {
  type Bound,
  type EnsureTemplateInput,
  type EnsureTemplateOutput,
  ensureTemplateInput,
} from './shared/contract.ts';
import { lambdaHandler } from './runtime/handler.ts';
import { type ReadObject, readFromBucket } from './aws/report-bucket.ts';
import { luccaFor } from './lucca/lucca-for.ts';
import { fingerprintOf } from './report-template/fingerprint.ts';
import { keptPayload } from './report-template/kept-payload.ts';
import { rememberedTemplateId } from './report-template/template-record.ts';
import { objectKey } from './shared/object-keys.ts';

/** Finds the report template that an earlier run created from the same payload, or creates it. */
export async function ensureTemplate(
  input: Bound<EnsureTemplateInput>,
  lucca: LuccaClient,
  readObject: ReadObject,
): Promise<EnsureTemplateOutput> {
  const { tenant, template } = input;
  const fingerprint = fingerprintOf(tenant, template);
  const keyParts = { tenant: tenant.name, fingerprint };
  const recordKey = objectKey('templateRecord', keyParts);
  const templateId = await rememberedTemplateId(recordKey, readObject);
  if (templateId !== undefined && templateId !== input.lostTemplateId) {
    return { templateId, remembered: true, recordKey };
  }
  const payload =
    typeof template === 'string'
      ? await keptPayload(objectKey('templatePayload', keyParts), readObject)
      : template;
  return { templateId: await lucca.createTemplate(payload), remembered: false, recordKey };
}

export const handler = lambdaHandler(ensureTemplateInput, (input) =>
  ensureTemplate(input, luccaFor(input), readFromBucket),
);
