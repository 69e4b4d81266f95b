/** The error that a promise is rejected with. */
export async function failureOf(work: Promise<unknown>): Promise<Error> {
  const outcome = await work.then(
    (value: unknown) => ({ value }),
    (error: unknown) => ({ error }),
  );
  if ('value' in outcome)
    throw new Error(`expected a failure, got ${JSON.stringify(outcome.value).slice(0, 200)}`);
  if (outcome.error instanceof Error) return outcome.error;
  throw new Error(`expected an Error, got ${JSON.stringify(outcome.error)}`);
}

/** All that anybody can see of an error: message, stack and own fields, of its causes as well. */
export function everythingIn(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const fields = Object.getOwnPropertyNames(error)
    .filter((name) => name !== 'cause')
    .map((name) => `${name}: ${String(Reflect.get(error, name))}`);
  const cause = error.cause === undefined ? '' : `\ncause: ${everythingIn(error.cause)}`;
  return `${String(error)}\n${fields.join('\n')}${cause}`;
}
