import type { Outcome } from '../run.ts';
import { aftermathViolations } from './aftermath.ts';
import { batchViolations } from './batches.ts';
import { bucketViolations } from './bucket.ts';
import { endingViolations } from './endings.ts';
import { followerViolations } from './followers.ts';
import { luccaViolations } from './lucca.ts';

/** What must hold whatever happened: each broken promise in a line. */
export const violations = (outcome: Outcome): string[] => [
  ...endingViolations(outcome),
  ...bucketViolations(outcome),
  ...luccaViolations(outcome),
  ...batchViolations(outcome),
  ...followerViolations(outcome),
  ...aftermathViolations(outcome),
];
