import { createHash } from 'node:crypto';
import type { LuccaAnswer } from '../lucca/http.ts';
import { FileTooLargeError, LuccaUnavailableError, UnexpectedResponseError } from '../shared/errors.ts';
import { type FileType, type Format, formats } from '../shared/formats.ts';
import { type FileCheck, fileCheck } from './file-check.ts';
import { sniff, sniffedBytes } from './sniff.ts';

/**
 * In bytes, 5 GB: a row for each of 100,000 employees on each day of a year takes 4. Far from what S3 and a function's time
 * have room for, so that nothing of what comes without an end is stored.
 */
const largestFile = 5e9;

export interface Measures {
  bytes: number;
  /** Lower-case hexadecimal. */
  sha256: string;
  rows?: number;
}

/** A file on its way from Lucca, known to be of the right kind. */
export interface ReportFile {
  type: FileType;
  /** The file's bytes, untouched. Fails at the end when the file isn't whole. */
  bytes: AsyncIterable<Uint8Array>;
  /** What was computed on the way; call it when `bytes` has ended. */
  measures: () => Measures;
}

/**
 * Reads the start of a download, makes sure that it is a file, and measures the rest as it passes.
 * @param download asks for the file: a second time where an answer can't show that it is whole
 * @param largest in bytes
 * @throws UnexpectedResponseError, FileTooLargeError, LuccaUnavailableError
 */
export async function openDownload(
  download: () => Promise<LuccaAnswer>,
  format: Format,
  largest = largestFile,
): Promise<ReportFile> {
  const answer = await download();
  const pieces = answer.body[Symbol.asyncIterator]();
  const head = await readHead(pieces);
  const refuse = async (found: string) => {
    await pieces.return?.();
    throw new UnexpectedResponseError(
      `${answer.request} answered ${found}: expected ${formats[format].expected}.`,
    );
  };
  const announced = announcedOtherwise(answer, format);
  if (announced !== undefined) return refuse(announced);
  if (Number(answer.headers.get('Content-Length')) > largest) {
    await pieces.return?.();
    throw tooLarge(answer, largest);
  }
  if (head.length === 0) return refuse('an empty body');
  const contentType = typeOf(answer);
  const start = head.subarray(0, sniffedBytes);
  const sniffed = sniff({ bytes: start, isAll: head.length < sniffedBytes, contentType }, format);
  if ('found' in sniffed) return refuse(sniffed.found);

  const hash = createHash('sha256');
  const check = fileCheck(sniffed.kind, start);
  let bytes = 0;
  let sha256: string;
  async function* measured() {
    for await (const piece of joined(head, pieces)) {
      bytes += piece.byteLength;
      if (bytes > largest) throw tooLarge(answer, largest);
      hash.update(piece);
      check.add(piece);
      yield piece;
    }
    sha256 = hash.digest('hex');
    checkEnd(answer, check, bytes);
    if (!isFramed(answer) && !check.isProof) await compareWith(await download(), bytes, sha256);
  }
  const types: Partial<Record<string, FileType>> = formats[format].fileTypes;
  return {
    type: types[sniffed.kind]!,
    bytes: measured(),
    measures: () => {
      const counted = check.rows?.();
      return { bytes, sha256, ...(counted === undefined ? {} : { rows: counted }) };
    },
  };
}

/** As announced: without parameters, in lower case. */
const typeOf = ({ headers }: LuccaAnswer) =>
  (headers.get('Content-Type') ?? '').split(';')[0]!.trim().toLowerCase();

/** What an answer says that it is instead of a whole file, whatever its bytes look like. */
function announcedOtherwise(answer: LuccaAnswer, format: Format): string | undefined {
  if (answer.status !== 200) return `${answer.status}, which is no whole file`;
  const encoding = answer.headers.get('Content-Encoding') ?? '';
  // `fetch` decodes what is cut without a word. Others, such as `utf-8`, are none, and it leaves the bytes alone.
  if (/\b(gzip|deflate|br|zstd|compress)\b/i.test(encoding)) {
    return `a file in the encoding ${answer.redact(encoding)}, which nobody asked for and which may hide that it is cut`;
  }
  const own = Object.values(formats[format].fileTypes).map(({ contentType }) => contentType);
  const isPage =
    !own.includes(typeOf(answer)) &&
    /^(text\/html|application\/(\w+\+)?json|application\/pdf)$/.test(typeOf(answer));
  return isPage ? `a document of type ${answer.redact(answer.headers.get('Content-Type')!)}` : undefined;
}

/** Whether HTTP itself tells where the answer ends. Else, a connection that breaks looks like the end. */
const isFramed = ({ headers }: LuccaAnswer) =>
  headers.has('Content-Length') || /\bchunked\b/i.test(headers.get('Transfer-Encoding') ?? '');

function checkEnd(answer: LuccaAnswer, check: FileCheck, bytes: number): void {
  const announced = answer.headers.get('Content-Length');
  if (announced !== null && Number(announced) !== bytes) {
    throw new UnexpectedResponseError(
      `${answer.request} sent ${bytes} bytes: expected the ${announced} announced.`,
    );
  }
  const problem = check.problem(isFramed(answer));
  if (problem === undefined) return;
  throw new UnexpectedResponseError(`${answer.request} sent ${problem}: expected a whole file.`);
}

/** What can't show that it is whole has to come twice, as through a proxy that speaks HTTP/1.0. */
async function compareWith(second: LuccaAnswer, bytes: number, sha256: string): Promise<void> {
  const hash = createHash('sha256');
  let rest = bytes;
  for await (const piece of second.body) {
    hash.update(piece);
    rest -= piece.byteLength;
    if (rest < 0) break;
  }
  if (hash.digest('hex') === sha256) return;
  throw new LuccaUnavailableError(
    `${second.request} didn't tell the length of the file, and sent another one when asked again: one of them is cut.`,
  );
}

const tooLarge = (answer: LuccaAnswer, largest: number) =>
  new FileTooLargeError(
    `${answer.request} sends more than ${largest / 1e9} GB: expected a file that isn't larger. Export shorter periods, or with templates that show less.`,
  );

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
  try {
    yield head;
    yield* { [Symbol.asyncIterator]: () => pieces };
  } finally {
    await pieces.return?.();
  }
}
