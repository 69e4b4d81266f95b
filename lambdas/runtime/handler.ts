import type * as z from 'zod';
import type { Bound } from '../shared/contract.ts';
import type { Environment } from '../shared/environment.ts';
import { InvalidRequestError } from '../shared/errors.ts';
import { logger } from './logger.ts';
import { tenantOf } from './tenant.ts';
import { describeIssues } from '../shared/problems.ts';

/**
 * A Lambda handler that parses its event before anything else, adds the tenant that it is bound to, and names a failure
 * in the log.
 */
export function lambdaHandler<Schema extends z.ZodObject, Output>(
  schema: Schema,
  run: (input: Bound<z.output<Schema>>) => Promise<Output> | Output,
  environment: Environment = process.env,
): (event: unknown) => Promise<Output> {
  return async (event) => {
    try {
      const parsed = schema.safeParse(event, { reportInput: true });
      if (!parsed.success) throw new InvalidRequestError(describeIssues(parsed.error.issues));
      return await run({ ...parsed.data, tenant: tenantOf(environment) });
    } catch (error) {
      // Lambda's runtime logs the error itself, message included: messages hold neither key nor report data.
      logger.error('Failed', { error: error instanceof Error ? error.name : 'unknown' });
      throw error;
    }
  };
}
