import { createHash } from 'node:crypto';
import * as z from 'zod';
import { id, type Tenant } from '../shared/contract.ts';
import { parseJson } from '../shared/json.ts';
import { objectKey } from '../shared/object-keys.ts';
import type { TemplatePayload } from '../shared/template-payload.ts';
import type { ReadObject } from '../aws/report-bucket.ts';

/** The object that remembers the report template which was created from a payload. */
const templateRecordSchema = z.object({ templateId: id });

/** The key of the record: it tells payloads apart, and the Luccas that they were created in. */
export function recordKeyOf(tenant: Tenant, template: TemplatePayload): string {
  return objectKey('templateRecord', { tenant: tenant.name, fingerprint: fingerprint(tenant, template) });
}

/** The id in a record, or undefined. A record that can't be read is no record: a new template then replaces it. */
export async function rememberedTemplateId(
  recordKey: string,
  readObject: ReadObject,
): Promise<number | undefined> {
  return templateRecordSchema.safeParse(parseJson((await readObject(recordKey)) ?? '')).data?.templateId;
}

/** Ids of one Lucca mean nothing in another. The order of fields makes no other template. */
function fingerprint({ domain }: Tenant, template: TemplatePayload): string {
  const sorted = JSON.stringify([domain, template], (_, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
  return createHash('sha256').update(sorted).digest('hex');
}
