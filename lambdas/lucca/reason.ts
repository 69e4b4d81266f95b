/** Why `fetch` or the reading of a body failed: what happened stands in the innermost cause only. */
export function reasonOf(error: unknown): Error & { code?: string } {
  let reason = error as Error;
  while (reason.cause instanceof Error) reason = reason.cause;
  // A host with several addresses refuses several times, and only its errors say why.
  return reason instanceof AggregateError && reason.errors.length > 0 ? joined(reason.errors) : reason;
}

const joined = (errors: Error[]) =>
  Object.assign(new Error(errors.map(({ message }) => message).join('; ')), errors[0]);
