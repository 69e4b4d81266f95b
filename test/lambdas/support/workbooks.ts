import { readFileSync } from 'node:fs';
import { strToU8, type Zippable, zipSync } from 'fflate';

/** The parts by which programs know a workbook. */
const workbookParts = {
  '[Content_Types].xml': strToU8('<Types/>'),
  'xl/workbook.xml': strToU8('<workbook/>'),
};

export const zip = (parts: Zippable) => Buffer.from(zipSync(parts, { level: 0 }));

/** An .xlsx file with a sheet of so many bytes. */
export const xlsxOf = (bytes: number) =>
  zip({ ...workbookParts, 'xl/worksheets/sheet1.xml': Buffer.alloc(bytes, '<row>Dupont</row>') });

/** An .xls file of 40 rows, as the library xlwt for Python writes it. */
export const xls = readFileSync(new URL('workbook.xls', import.meta.url));

/** Bytes in pieces of 64 KiB. */
export function* inPieces(bytes: Buffer) {
  for (let at = 0; at < bytes.byteLength; at += 65_536) yield bytes.subarray(at, at + 65_536);
}
