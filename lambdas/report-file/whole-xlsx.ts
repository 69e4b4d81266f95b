import { createTail } from './bytes.ts';
import type { FileCheck } from './file-check.ts';

const endOfDirectory = 0x06054b50;
const directoryEntry = 0x02014b50;
const endOfDirectory64 = 0x06064b50;
const locator64 = 0x07064b50;

/** What is kept of the end of a file, in bytes: a workbook's directory, of some 80 bytes a part, and a comment. */
const keptBytes = 512 * 1024;

/**
 * Whether a zip archive is a workbook, and whole: its directory stands at its end, and tells where it begins.
 * Source: APPNOTE.TXT of PKWARE, 4.3.12 to 4.3.16; ECMA-376 part 2.
 */
export function wholeXlsx(): FileCheck {
  const tail = createTail(keptBytes);
  let total = 0;
  return {
    isProof: true,
    add: (piece) => {
      total += piece.byteLength;
      tail.add(piece);
    },
    problem: () => {
      const bytes = tail.bytes();
      const names = partNames(bytes, total - bytes.byteLength);
      if (names === undefined) return 'a zip archive that is cut: its directory is missing at the end';
      const odd = names.find((name) => unexpected.test(name));
      if (odd !== undefined) return `a zip archive with the part ${JSON.stringify(odd.slice(0, 100))}`;
      const isWorkbook = names.includes('[Content_Types].xml') && names.some((name) => workbook.test(name));
      return isWorkbook ? undefined : 'a zip archive that holds no workbook';
    },
  };
}

/** Macros, and what would be unpacked elsewhere. */
const unexpected = /^[/\\]|^[a-z]:|(^|[/\\])(\.\.([/\\]|$)|vbaProject\.bin$)/i;
const workbook = /(^|[/\\])workbook\d*\.xml$/i;

/**
 * The names of an archive's parts, or undefined where its directory isn't whole.
 * @param tail the end of the archive
 * @param offset where the tail begins in it
 */
function partNames(tail: Buffer, offset: number): string[] | undefined {
  const end = endPosition(tail);
  if (end === undefined) return undefined;
  const directory = directoryAt(tail, offset, end);
  if (directory === undefined || directory.start < 0) return undefined;
  const { start, bytes, parts } = directory;
  const stop = start + bytes;
  if (stop !== directory.end) return undefined;
  const names: string[] = [];
  let at = start;
  while (at + 46 <= stop && tail.readUInt32LE(at) === directoryEntry) {
    const [name, extra, comment] = [28, 30, 32].map((field) => tail.readUInt16LE(at + field)) as [
      number,
      number,
      number,
    ];
    names.push(tail.toString('utf8', at + 46, at + 46 + name));
    at += 46 + name + extra + comment;
  }
  return at === stop && names.length === parts ? names : undefined;
}

/** Where the last record begins: a comment, whose length it tells, may follow it. */
function endPosition(tail: Buffer): number | undefined {
  for (let at = tail.length - 22; at >= Math.max(0, tail.length - 22 - 0xffff); at--) {
    if (tail.readUInt32LE(at) === endOfDirectory && at + 22 + tail.readUInt16LE(at + 20) === tail.length)
      return at;
  }
  return undefined;
}

/** What the records at the end of an archive tell of its directory; places are in the tail. */
interface Directory {
  start: number;
  bytes: number;
  /** How many parts it lists. */
  parts: number;
  /** Where it has to end: the records about it begin there. */
  end: number;
}

/** Some writers make the records of large archives for small ones too; they come first, and a locator leads to them. */
function directoryAt(tail: Buffer, offset: number, end: number): Directory | undefined {
  const locator = end - 20;
  if (locator < 0 || tail.readUInt32LE(locator) !== locator64) {
    const [bytes, start] = [tail.readUInt32LE(end + 12), tail.readUInt32LE(end + 16)];
    return { start: start - offset, bytes, parts: tail.readUInt16LE(end + 10), end };
  }
  const large = Number(tail.readBigUInt64LE(locator + 8)) - offset;
  if (large < 0 || large + 56 > end || tail.readUInt32LE(large) !== endOfDirectory64) return undefined;
  const field = (at: number) => Number(tail.readBigUInt64LE(large + at));
  return { start: field(48) - offset, bytes: field(40), parts: field(32), end: large };
}
