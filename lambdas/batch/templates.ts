import type { ResolvedRequest, Tenant } from '../shared/contract.ts';
import type { TemplatePayload } from '../shared/template-payload.ts';
import type { ReadObject } from '../aws/report-bucket.ts';
import { recordKeyOf, rememberedTemplateId } from '../report-template/template-record.ts';

/** The report template of one export of a batch. */
export interface ItemTemplate {
  /** Null: made from a payload that no earlier run has created in Lucca. */
  templateId: number | null;
  /** Index of the payload, or null where the request has the id. */
  payload: number | null;
  /** The same for exports of the same template. */
  identity: string;
}

/** Tells the report templates of a batch's exports; each payload is listed once, however many exports share it. */
export async function itemTemplates(
  tenant: Tenant,
  requests: readonly ResolvedRequest[],
  readObject: ReadObject,
): Promise<{ templates: ItemTemplate[]; payloads: TemplatePayload[] }> {
  const byRecord = new Map<string, ItemTemplate>();
  const payloads: TemplatePayload[] = [];
  const templates: ItemTemplate[] = [];
  for (const { templateId, template } of requests) {
    if (template === null) {
      templates.push({ templateId, payload: null, identity: String(templateId) });
      continue;
    }
    const recordKey = recordKeyOf(tenant, template);
    let known = byRecord.get(recordKey);
    if (known === undefined) {
      const remembered = (await rememberedTemplateId(recordKey, readObject)) ?? null;
      known = { templateId: remembered, payload: payloads.length, identity: String(remembered ?? recordKey) };
      payloads.push(template);
      byRecord.set(recordKey, known);
    }
    templates.push(known);
  }
  return { templates, payloads };
}
