import { createHash } from 'node:crypto';
import type { LuccaAnswer } from '../lucca/http.ts';
import { UnexpectedResponseError } from '../shared/errors.ts';
import { type FileType, type Format, formats } from '../shared/formats.ts';
import { createRowCounter } from './row-count.ts';
import { type NotAFile, sniff, sniffedBytes } from './sniff.ts';

export interface Measures {
  bytes: number;
  /** Lower-case hexadecimal. */
  sha256: string;
  rows?: number;
}

/** A file on its way from Lucca, known to be of the right kind. */
export interface ReportFile {
  type: FileType;
  /** The file's bytes, untouched. Fails at the end when the file isn't as long as announced. */
  bytes: AsyncIterable<Uint8Array>;
  /** What was computed on the way; call it when `bytes` has ended. */
  measures: () => Promise<Measures>;
}

/** Reads the start of a download, makes sure that it is a file, and measures the rest as it passes. */
export async function openDownload(answer: LuccaAnswer, format: Format): Promise<ReportFile> {
  const pieces = answer.body[Symbol.asyncIterator]();
  const head = await readHead(pieces);
  const type = announcedPage(answer, format) ?? sniff(head.subarray(0, sniffedBytes), format);
  if ('insteadOf' in type) {
    await pieces.return?.();
    throw new UnexpectedResponseError(
      `${answer.request} answered ${head.byteLength === 0 ? 'an empty body' : type.found}: expected ${type.insteadOf}.`,
    );
  }
  const hash = createHash('sha256');
  const rows = formats[format].hasRows ? createRowCounter(head) : undefined;
  let bytes = 0;
  async function* measured() {
    for await (const piece of joined(head, pieces)) {
      hash.update(piece);
      rows?.add(piece);
      bytes += piece.byteLength;
      yield piece;
    }
    checkLength(answer, bytes);
  }
  return {
    type,
    bytes: measured(),
    measures: async () => {
      const counted = rows?.end();
      return { bytes, sha256: hash.digest('hex'), ...(counted === undefined ? {} : { rows: counted }) };
    },
  };
}

/** What a file is never announced as, whatever its bytes look like. */
function announcedPage(answer: LuccaAnswer, format: Format): NotAFile | undefined {
  const type = answer.headers.get('Content-Type') ?? '';
  if (!/^(text\/html|application\/(\w+\+)?json|application\/pdf)\b/i.test(type)) return undefined;
  return { insteadOf: formats[format].expected, found: `a document of type ${answer.redact(type)}` };
}

async function readHead(pieces: AsyncIterator<Uint8Array>): Promise<Buffer> {
  let head = Buffer.alloc(0);
  while (head.byteLength < sniffedBytes) {
    const piece = await pieces.next();
    if (piece.done === true) break;
    head = Buffer.concat([head, piece.value]);
  }
  return head;
}

async function* joined(head: Buffer, pieces: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield head;
  yield* { [Symbol.asyncIterator]: () => pieces };
}

function checkLength(answer: LuccaAnswer, bytes: number): void {
  const announced = answer.headers.get('Content-Length');
  // Of a compressed body, the header counts other bytes than those that arrive here.
  if (announced === null || answer.headers.has('Content-Encoding') || Number(announced) === bytes) return;
  throw new UnexpectedResponseError(
    `${answer.request} sent ${bytes} bytes: expected the ${announced} announced.`,
  );
}
