/** Why `fetch` or the reading of a body failed: both say what happened only in the cause of their error. */
export const reasonOf = (error: unknown): Error =>
  error instanceof Error && error.cause instanceof Error ? error.cause : (error as Error);
