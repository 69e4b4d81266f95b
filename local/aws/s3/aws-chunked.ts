import { S3Error } from './errors.ts';

const longestLine = 8192;

/**
 * The payload of a body in S3's own chunked encoding: `size[;chunk-signature=…]`, the bytes, …, `0`, trailers.
 * Trailers are put into the map. The bytes are handed on as they come, whatever the size of a chunk.
 */
export async function* decodeAwsChunked(
  body: AsyncIterable<Buffer>,
  trailers: Map<string, string>,
): AsyncGenerator<Buffer> {
  const source = body[Symbol.asyncIterator]();
  let buffered: Buffer = Buffer.alloc(0);

  const more = async () => {
    const { done, value } = await source.next();
    if (done) throw new S3Error('IncompleteBody', 'The request body ended before its last chunk.');
    buffered = buffered.length === 0 ? value : Buffer.concat([buffered, value]);
  };
  const line = async () => {
    while (!buffered.includes('\r\n')) {
      if (buffered.length > longestLine) throw malformed();
      await more();
    }
    const end = buffered.indexOf('\r\n');
    const text = buffered.toString('latin1', 0, end);
    buffered = buffered.subarray(end + 2);
    return text;
  };

  try {
    for (let left = sizeOf(await line()); left > 0; left = sizeOf(await line())) {
      while (left > 0) {
        if (buffered.length === 0) await more();
        const piece = buffered.subarray(0, left);
        buffered = buffered.subarray(piece.length);
        left -= piece.length;
        yield piece;
      }
      if ((await line()) !== '') throw malformed();
    }
    for (let trailer = await line(); trailer !== ''; trailer = await line()) {
      const [, name, value] = /^([^:]+):(.*)$/.exec(trailer) ?? [];
      if (name === undefined || value === undefined) {
        throw new S3Error(
          'MalformedTrailerError',
          'The request contained trailing data that was not well-formed.',
        );
      }
      trailers.set(name.trim().toLowerCase(), value.trim());
    }
    // Reading on to the end notices a connection that is cut just there.
    if (buffered.length > 0 || !(await source.next()).done) throw malformed();
  } finally {
    // Lets go of the body, so that the rest of a refused one can be skipped.
    await source.return?.();
  }
}

function sizeOf(header: string): number {
  const [, size] = /^([0-9a-f]{1,12})(;.*)?$/i.exec(header) ?? [];
  if (size === undefined) throw malformed();
  return Number.parseInt(size, 16);
}

function malformed(): S3Error {
  return new S3Error('IncompleteBody', 'The request body is not well-formed aws-chunked.');
}
