import type { Outcome } from './run.ts';
import { aftermathViolations } from './invariants/aftermath.ts';
import { bucketViolations } from './invariants/bucket.ts';
import { endingViolations } from './invariants/endings.ts';
import { followerViolations } from './invariants/followers.ts';
import { luccaViolations } from './invariants/lucca.ts';

/** What must hold whatever happened: each broken promise in a line. */
export const violations = (outcome: Outcome): string[] => [
  ...endingViolations(outcome),
  ...bucketViolations(outcome),
  ...luccaViolations(outcome),
  ...followerViolations(outcome),
  ...aftermathViolations(outcome),
];
