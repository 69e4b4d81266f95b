import type * as z from 'zod';
import { InvalidRequestError } from '../shared/errors.ts';
import { logger } from './logger.ts';
import { describeIssues } from '../shared/problems.ts';

/** A Lambda handler that parses its event before anything else and names a failure in the log. */
export function lambdaHandler<Schema extends z.ZodType, Output>(
  schema: Schema,
  run: (input: z.output<Schema>) => Promise<Output> | Output,
): (event: unknown) => Promise<Output> {
  return async (event) => {
    try {
      const parsed = schema.safeParse(event, { reportInput: true });
      if (!parsed.success) throw new InvalidRequestError(describeIssues(parsed.error.issues));
      return await run(parsed.data);
    } catch (error) {
      // Lambda's runtime logs the error itself, message included: messages hold neither key nor report data.
      logger.error('Failed', { error: error instanceof Error ? error.name : 'unknown' });
      throw error;
    }
  };
}
