/** What a text says as JSON, with or without a byte order mark, or undefined when it isn't JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return undefined;
  }
}

/** Far more levels than any document has that is meant, and far less than what the stack holds. */
export const deepest = 100;

/** Whether a document can be walked through. */
export const isShallow = (document: unknown, room = deepest): boolean =>
  typeof document !== 'object' ||
  document === null ||
  (room > 0 && Object.values(document).every((field) => isShallow(field, room - 1)));
