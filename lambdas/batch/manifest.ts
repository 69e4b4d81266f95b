import * as z from 'zod';
import type { Format } from '../shared/formats.ts';
import { parseJson } from '../shared/json.ts';
import type { ReadObject } from '../aws/report-bucket.ts';

const manifestSchema = z.object({ files: z.array(z.object({ format: z.string() })) });

/** Whether a manifest is there and lists every format that is wanted. */
export async function isExported(
  manifestKey: string,
  formats: readonly Format[],
  readObject: ReadObject,
): Promise<boolean> {
  const manifest = manifestSchema.safeParse(parseJson((await readObject(manifestKey)) ?? '')).data;
  const stored = manifest?.files.map(({ format }) => format) ?? [];
  return stored.length > 0 && formats.every((format) => stored.includes(format));
}
