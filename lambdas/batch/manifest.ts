import * as z from 'zod';
import { dateIn } from '../request/period.ts';
import type { Format } from '../shared/formats.ts';
import { parseJson } from '../shared/json.ts';

/** Of a manifest, what tells whether its export has to be made again. */
const manifestSchema = z.object({
  files: z.array(z.object({ format: z.string() })),
  exportedAt: z.iso.datetime({ offset: true }).optional(),
  simulated: z.boolean().default(false),
});

export interface Wanted {
  formats: readonly Format[];
  /** Last day of the period; null: the template's own, which nobody here knows. */
  endsOn: string | null;
  simulated: boolean;
  timeZone: string;
}

/**
 * Whether a manifest vouches for what is wanted: every format, of a period that was over when it was exported. Until
 * then, its figures change. A simulator's never stand for real ones.
 * @param manifest as stored, if it is
 */
export function isExported(manifest: string | undefined, wanted: Wanted): boolean {
  const { data } = manifestSchema.safeParse(parseJson(manifest ?? ''));
  if (data === undefined || data.files.length === 0 || data.simulated !== wanted.simulated) return false;
  const stored = new Set(data.files.map(({ format }) => format));
  return wanted.formats.every((format) => stored.has(format)) && wasOver(data.exportedAt, wanted);
}

const wasOver = (exportedAt: string | undefined, { endsOn, timeZone }: Wanted) =>
  endsOn === null || (exportedAt !== undefined && dateIn(exportedAt, timeZone).toString() > endsOn);
