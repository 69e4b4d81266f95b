import type { ResolvedRequest, Tenant } from '../shared/contract.ts';
import { objectKey } from '../shared/object-keys.ts';
import type { TemplatePayload } from '../shared/template-payload.ts';
import type { ReadObject } from '../aws/report-bucket.ts';
import { fingerprintOf } from '../report-template/fingerprint.ts';
import { rememberedTemplateId } from '../report-template/template-record.ts';

/** The report template of one export of a batch. */
export interface ItemTemplate {
  /** Null: made from a payload that no earlier run has created in Lucca. */
  templateId: number | null;
  /** Of the payload; null where the request has the id. */
  fingerprint: string | null;
}

/** The same for exports of the same template. */
export const identityOf = ({ templateId, fingerprint }: ItemTemplate): string =>
  String(templateId ?? fingerprint);

/** Tells the report templates of a batch's exports, and the payloads that some are made from, by the keys to keep them at. */
export async function itemTemplates(
  tenant: Tenant,
  requests: readonly ResolvedRequest[],
  readObject: ReadObject,
): Promise<{ templates: ItemTemplate[]; payloads: ReadonlyMap<string, TemplatePayload> }> {
  const known = new Map<string, ItemTemplate>();
  const payloads = new Map<string, TemplatePayload>();
  const templates: ItemTemplate[] = [];
  for (const { templateId, template } of requests) {
    if (template === null) {
      templates.push({ templateId, fingerprint: null });
      continue;
    }
    const fingerprint = fingerprintOf(tenant, template);
    const keyParts = { tenant: tenant.name, fingerprint };
    if (typeof template !== 'string') payloads.set(objectKey('templatePayload', keyParts), template);
    if (!known.has(fingerprint)) {
      const remembered = await rememberedTemplateId(objectKey('templateRecord', keyParts), readObject);
      known.set(fingerprint, { templateId: remembered ?? null, fingerprint });
    }
    templates.push(known.get(fingerprint)!);
  }
  return { templates, payloads };
}
