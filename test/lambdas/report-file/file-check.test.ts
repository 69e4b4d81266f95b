import { describe, expect, test } from 'vitest';
import { fileCheck } from '../../../lambdas/report-file/file-check.ts';
import type { FileKind } from '../../../lambdas/shared/formats.ts';
import { xls, xlsxOf, zip } from '../support/workbooks.ts';

/** What is wrong with a file that comes in pieces of this size. */
function problemOf(kind: FileKind, bytes: Buffer, size = 1000): string | undefined {
  const check = fileCheck(kind, bytes.subarray(0, 1024));
  for (let at = 0; at < bytes.length; at += size) check.add(bytes.subarray(at, at + size));
  return check.problem(true);
}

const bytes = Buffer.from('x');

/**
 * The records at the end of an archive as those write them that are ready for more than 4 GB. Apache POI's streaming
 * writer makes them for small workbooks, whose last record still tells the sizes.
 */
function large(archive: Buffer, isSmall = false): Buffer {
  const end = archive.subarray(-22);
  const start = archive.length - 22;
  const record = Buffer.alloc(56);
  record.writeUInt32LE(0x06064b50, 0);
  record.writeBigUInt64LE(44n, 4);
  record.writeBigUInt64LE(BigInt(end.readUInt16LE(10)), 32);
  record.writeBigUInt64LE(BigInt(end.readUInt32LE(12)), 40);
  record.writeBigUInt64LE(BigInt(end.readUInt32LE(16)), 48);
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x07064b50, 0);
  locator.writeBigUInt64LE(BigInt(start), 8);
  const last = Buffer.from(end);
  if (!isSmall) last.fill(0xff, 8, 20);
  return Buffer.concat([archive.subarray(0, start), record, locator, last]);
}

function commented(archive: Buffer): Buffer {
  const comment = Buffer.from('written by a printer');
  const result = Buffer.concat([archive, comment]);
  result.writeUInt16LE(comment.length, archive.length - 2);
  return result;
}

describe.each([1, 7, 1000, 10_000_000])('a workbook in pieces of %i bytes', (size) => {
  const workbook = xlsxOf(3000);
  test.each<[string, FileKind, Buffer]>([
    ['an .xlsx file', 'xlsx', workbook],
    ['an .xlsx file with a comment', 'xlsx', commented(workbook)],
    ['an .xlsx file with records for large archives', 'xlsx', large(workbook)],
    ['an .xlsx file with them that is small', 'xlsx', large(workbook, true)],
    ['an .xls file', 'xls', xls],
  ])('is whole as %s', (_, kind, file) => {
    expect(problemOf(kind, file, size)).toBeUndefined();
  });
});

test('a workbook of several megabytes is whole', () => {
  expect(problemOf('xlsx', xlsxOf(5_000_000), 65_536)).toBeUndefined();
});

describe('cut anywhere, a workbook is not whole:', () => {
  const workbook = xlsxOf(300);
  test.each<[FileKind, Buffer, number]>([
    ['xlsx', workbook, 1],
    ['xlsx', commented(workbook), 1],
    ['xlsx', large(workbook), 1],
    ['xlsx', large(workbook, true), 1],
    ['xls', xls, 512],
  ])('%s', (kind, file, step) => {
    for (let length = 4; length < file.length; length += step) {
      expect(problemOf(kind, file.subarray(0, length), 4096), `${length} bytes`).toMatch(/is cut/);
    }
  });
});

test('a workbook whose end counts more parts than its directory lists is none, as .NET says', () => {
  const workbook = Buffer.from(xlsxOf(300));
  workbook.writeUInt16LE(workbook.readUInt16LE(workbook.length - 12) + 1, workbook.length - 12);
  expect(problemOf('xlsx', workbook)).toMatch(/its directory is missing/);
});

test('an .xls file that lacks less than a sector is cut as well', () => {
  expect(problemOf('xls', xls.subarray(0, -1))).toMatch(/is cut/);
});

test.each<[string, Buffer]>([
  ['a CSV file', zip({ 'report.csv': bytes })],
  ['nothing', zip({})],
  ['a document', zip({ '[Content_Types].xml': bytes, 'word/document.xml': bytes })],
  ['a workbook of another program', zip({ mimetype: bytes, 'content.xml': bytes })],
])('a zip archive that holds %s is no workbook', (_, archive) => {
  expect(problemOf('xlsx', archive)).toBe('a zip archive that holds no workbook');
});

test.each(['xl/vbaProject.bin', '../../start.sh', String.raw`xl\..\..\start.bat`, '..'])(
  'a workbook with the part %s is none that Lucca writes (xlsxio 41, oletools 224)',
  (part) => {
    const parts = { '[Content_Types].xml': bytes, 'xl/workbook.xml': bytes, [part]: bytes };
    expect(problemOf('xlsx', zip(parts))).toBe(`a zip archive with the part ${JSON.stringify(part)}`);
  },
);

test('a compound file of another program is no workbook', () => {
  const other = Buffer.from(xls);
  other.set(Buffer.from('WordDocu', 'utf16le'), other.indexOf(Buffer.from('Workbook', 'utf16le')));
  expect(problemOf('xls', other)).toBe('a compound file that holds no workbook');
});
