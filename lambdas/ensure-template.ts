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
import { recordKeyOf, rememberedTemplateId } from './report-template/template-record.ts';

/** Finds the report template that an earlier run created from the same payload, or creates it. */
export async function ensureTemplate(
  input: Bound<EnsureTemplateInput>,
  lucca: LuccaClient,
  readObject: ReadObject,
): Promise<EnsureTemplateOutput> {
  const recordKey = recordKeyOf(input.tenant, input.template);
  const templateId = await rememberedTemplateId(recordKey, readObject);
  if (templateId !== undefined && templateId !== input.lostTemplateId) {
    return { templateId, remembered: true, recordKey };
  }
  return { templateId: await lucca.createTemplate(input.template), remembered: false, recordKey };
}

export const handler = lambdaHandler(ensureTemplateInput, (input) =>
  ensureTemplate(input, luccaFor(input), readFromBucket),
);
