import { createHash } from 'node:crypto';
import type { Tenant } from '../shared/contract.ts';
import type { TemplatePayload } from '../shared/template-payload.ts';

/**
 * Tells payloads apart, and the Luccas that they are for: ids of one mean nothing in another. The order of fields makes no
 * other template.
 * @param template a payload, or what this function has made of one
 */
export function fingerprintOf({ domain }: Tenant, template: TemplatePayload | string): string {
  if (typeof template === 'string') return template;
  const sorted = JSON.stringify([domain, template], (_, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
  return createHash('sha256').update(sorted).digest('hex');
}
