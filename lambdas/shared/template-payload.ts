import * as z from 'zod';
import { deepest } from './json.ts';
import { quote } from './problems.ts';

/** A report template as copied from Lucca's user interface. Lucca doesn't document it: passed on untouched. */
export type TemplatePayload = Readonly<Record<string, unknown>>;

/** Some states hold a template together with other things, in 256 KiB at the most. */
const largestTemplate = 100_000;

/** A payload, or the fingerprint of one that a batch has kept in the bucket: see `report-template/kept-payload.ts`. */
export const templateSchema = z
  .custom<TemplatePayload | string>((value) => isTemplatePayload(value) || isFingerprint(value), {
    error: ({ input }) =>
      `expected an object of JSON values, at most ${deepest} levels deep and with whole numbers up to ${Number.MAX_SAFE_INTEGER}, ` +
      `found ${typeof input === 'string' ? `text of ${input.length} characters` : quote(input)}`,
    abort: true,
  })
  .refine((value) => jsonBytes(value) <= largestTemplate, {
    error: ({ input }) => `expected at most ${largestTemplate} bytes of JSON, found ${jsonBytes(input)}`,
  });

export const isTemplatePayload = (value: unknown): value is TemplatePayload =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && isJson(value);

/** A SHA-256, in lower-case hexadecimal. */
const isFingerprint = (value: unknown): value is string =>
  typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);

/**
 * Whether a document is the same once it was written and parsed again. Numbers may be too large for that, or no JSON;
 * whole ones of more than 53 bits, as ids may be, were rounded already.
 */
function isJson(value: unknown, room = deepest): boolean {
  if (typeof value === 'number') return Number.isFinite(value) && !isRounded(value);
  if (typeof value !== 'object' || value === null)
    return value === null || /^(string|boolean)$/.test(typeof value);
  return room > 0 && isPlain(value) && Object.values(value).every((field) => isJson(field, room - 1));
}

/** Dates, maps and the like are written as something else, or not at all. */
const isPlain = (value: object) => /^\[object (Object|Array)\]$/.test(Object.prototype.toString.call(value));

/** Above this, numbers are written with an exponent, and nobody means all of their digits. */
const isRounded = (value: number) =>
  Number.isInteger(value) && !Number.isSafeInteger(value) && Math.abs(value) < 1e21;

/** The size that AWS limits: bytes of the JSON text in UTF-8. */
export const jsonBytes = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));
