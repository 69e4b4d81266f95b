import * as z from 'zod';
import { didYouMean, nearestName } from './nearest-name.ts';

/** An object of these fields, and no others: of each other one a line of the message says which may be meant. */
export const exactObject = <Shape extends z.core.$ZodShape>(shape: Shape) =>
  z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? issue.keys
            .map((key) => `unknown field${didYouMean(nearestName(key, Object.keys(shape)))}`)
            .join('\n')
        : undefined,
  });
