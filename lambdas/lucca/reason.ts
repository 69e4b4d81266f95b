/** Why `fetch` or the reading of a body failed: both say what happened only in the cause of their error. */
export function reasonOf(error: unknown): Error & { code?: string } {
  const reason = error instanceof Error && error.cause instanceof Error ? error.cause : (error as Error);
  // A host with several addresses refuses several times, and only its errors say why.
  return reason instanceof AggregateError && reason.errors.length > 0 ? joined(reason.errors) : reason;
}

const joined = (errors: Error[]) =>
  Object.assign(new Error(errors.map(({ message }) => message).join('; ')), errors[0]);
