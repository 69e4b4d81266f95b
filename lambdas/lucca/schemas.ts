import * as z from 'zod';

/** Lucca's documentation shows ids as numbers and, in places, as strings. */
const idSchema = z.preprocess(
  (id) => (typeof id === 'string' && /^\d+$/.test(id) ? Number(id) : id),
  z.int().positive(),
);

/** The part of Lucca's answers that we rely on; anything else may come and go. */
export const createdSchema = z.object({ id: idSchema });

export const reportStatusSchema = z.object({
  status: z.preprocess(
    (status) => (typeof status === 'string' ? status.toLowerCase() : status),
    z.enum(['pending', 'done', 'error']),
  ),
});

/**
 * What speaks of this report, be it in words or numbers that we don't know: others that answer in Lucca's stead also say
 * `{"status": "error", "message": …}` or `{"status": "fail"}`.
 */
export const aboutReport = (reportId: number) =>
  z
    .object({
      status: z.union([z.string(), z.number()]),
      id: idSchema.nullish(),
      message: z.unknown().optional(),
    })
    .refine(({ status, id, message }) =>
      (id ?? undefined) === undefined
        ? (message ?? undefined) === undefined && reportStatusSchema.safeParse({ status }).success
        : id === reportId,
    );
