/** Limits of AWS Step Functions, by the name of the field or the thing. */
export const LIMITS = {
  /** Times in a definition, three years at most. */
  seconds: { from: 0, to: 99_999_999 },
  timeoutSeconds: { from: 1, to: 99_999_999 },
  retryAttempts: 99_999_999,
  maxDelaySeconds: 31_622_399,
  maxConcurrency: { from: 0, to: Number.MAX_SAFE_INTEGER },
  toleratedFailureCount: { from: 0, to: Number.MAX_SAFE_INTEGER },
  toleratedFailurePercentage: { from: 0, to: 100 },
  /** So many iterations of an inline Map run at once; MaxConcurrency can only lower it. */
  inlineConcurrency: 40,
  /** Inputs, outputs, arguments and results, in bytes of JSON text. */
  payloadBytes: 262_144,
  /** All variables of one Assign; all variables of an execution. */
  assignBytes: 262_144,
  variablesBytes: 10 * 1024 * 1024,
  historyEvents: 25_000,
  /** One evaluation of an expression: its time, how deep its parts nest, and what AWS's memory for it holds. */
  expressionMilliseconds: 1000,
  expressionDepth: 100,
  expressionElements: 873_782,
  expressionCharacters: 6_990_256,
} as const;
