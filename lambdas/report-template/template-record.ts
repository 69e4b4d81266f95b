import * as z from 'zod';
import type { ReadObject } from '../aws/report-bucket.ts';
import { id } from '../shared/contract.ts';
import { parseJson } from '../shared/json.ts';

/** The object that remembers the report template which was created from a payload. */
const templateRecordSchema = z.object({ templateId: id });

/** The id in a record, or undefined. A record that can't be read is no record: a new template then replaces it. */
export async function rememberedTemplateId(
  recordKey: string,
  readObject: ReadObject,
): Promise<number | undefined> {
  return templateRecordSchema.safeParse(parseJson((await readObject(recordKey)) ?? '')).data?.templateId;
}
