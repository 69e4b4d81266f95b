import type { ReadObject, WriteObject } from '../aws/report-bucket.ts';
import { InvalidRequestError } from '../shared/errors.ts';
import { parseJson } from '../shared/json.ts';
import { isTemplatePayload, type TemplatePayload } from '../shared/template-payload.ts';

// Batches hand the payloads of their templates to exports through the bucket: the cause of an export that fails holds its whole
// input, and causes are logged.

/** Keeps a payload, if it isn't there. */
export async function keepPayload(
  key: string,
  template: TemplatePayload,
  readObject: ReadObject,
  writeObject: WriteObject,
): Promise<void> {
  const payload = JSON.stringify(template);
  if ((await readObject(key)) !== payload) await writeObject(key, payload);
}

/** A payload that was kept. Throws an InvalidRequestError where there is none. */
export async function keptPayload(key: string, readObject: ReadObject): Promise<TemplatePayload> {
  const payload = parseJson((await readObject(key)) ?? '');
  if (isTemplatePayload(payload)) return payload;
  throw new InvalidRequestError([
    `template: expected the fingerprint of a payload that a batch has kept, but ${key} holds none: give the payload itself`,
  ]);
}
