import * as z from 'zod';

/** Lucca's documentation shows ids as numbers and, in places, as strings. */
const idSchema = z.preprocess(
  (id) => (typeof id === 'string' && /^\d+$/.test(id) ? Number(id) : id),
  z.int().positive(),
);

/** The part of Lucca's answers that we rely on; anything else may come and go. */
export const createdSchema = z.object({ id: idSchema });

export const reportStatusSchema = z.object({ status: z.enum(['pending', 'done', 'error']) });

/** Lucca's own words, if ones that we don't know: others that answer in its stead don't speak of a report's status. */
export const luccasSchema = z.object({ status: z.string() });
