import { LuccaUnavailableError, UnexpectedResponseError } from '../shared/errors.ts';
import { reasonOf } from './reason.ts';
import { withTimeout } from './timeouts.ts';

/** Answers that aren't files are small; anything longer isn't what it should be. */
const longestText = 1024 * 1024;

/**
 * The pieces of a response's body, as they come. The clock runs only while a piece is awaited, not while the
 * last one is being stored.
 * @param stall milliseconds between two pieces after which the body counts as cut
 */
export async function* readBody(
  response: Response,
  request: string,
  stall: number,
): AsyncGenerator<Uint8Array> {
  if (response.body === null) return;
  const reader = response.body.getReader();
  try {
    for (;;) {
      const piece = await nextPiece(reader, request, stall);
      if (piece.done) return;
      yield piece.value;
    }
  } finally {
    // Frees the connection when the rest isn't wanted, or doesn't come.
    await reader.cancel().catch(() => {});
  }
}

async function nextPiece(reader: ReadableStreamDefaultReader<Uint8Array>, request: string, stall: number) {
  try {
    return await withTimeout(stall, 'the next piece of the body', (signal) => {
      const aborted = Promise.withResolvers<never>();
      signal.addEventListener('abort', () => aborted.reject(signal.reason as Error), { once: true });
      return Promise.race([reader.read(), aborted.promise]);
    });
  } catch (error) {
    throw new LuccaUnavailableError(`${request} broke off: ${reasonOf(error).message}`);
  }
}

/** A whole body as text. */
export async function readText(body: AsyncIterable<Uint8Array>, request: string): Promise<string> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of body) {
    bytes += piece.byteLength;
    if (bytes > longestText) {
      throw new UnexpectedResponseError(
        `${request} answered more than ${longestText} bytes: expected a short JSON document.`,
      );
    }
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}
