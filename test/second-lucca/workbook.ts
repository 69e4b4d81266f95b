import { strToU8, zipSync } from 'fflate';
import type { Timesheet } from './timesheet.ts';

const xml = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>';
const openXml = 'http://schemas.openxmlformats.org';
const relationship = `${openXml}/officeDocument/2006/relationships`;
const spreadsheet = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

const relation = (type: string, target: string) =>
  `${xml}<Relationships xmlns="${openXml}/package/2006/relationships">` +
  `<Relationship Id="rId1" Type="${relationship}/${type}" Target="${target}"/></Relationships>`;

/** The parts around the sheet, which is the same in all workbooks. */
const parts = {
  '[Content_Types].xml':
    `${xml}<Types xmlns="${openXml}/package/2006/content-types">` +
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>' +
    `<Override PartName="/xl/workbook.xml" ContentType="${spreadsheet}.sheet.main+xml"/>` +
    `<Override PartName="/xl/worksheets/sheet1.xml" ContentType="${spreadsheet}.worksheet+xml"/></Types>`,
  '_rels/.rels': relation('officeDocument', 'xl/workbook.xml'),
  'xl/workbook.xml':
    `${xml}<workbook xmlns="${openXml}/spreadsheetml/2006/main" xmlns:r="${relationship}">` +
    '<sheets><sheet name="Rapport" sheetId="1" r:id="rId1"/></sheets></workbook>',
  'xl/_rels/workbook.xml.rels': relation('worksheet', 'worksheets/sheet1.xml'),
};

/** An .xlsx file. */
export function workbookOf({ header, rows }: Timesheet): Buffer {
  const sheet =
    `${xml}<worksheet xmlns="${openXml}/spreadsheetml/2006/main"><sheetData>` +
    [header, ...rows].map((cells) => `<row>${cells.map(cellOf).join('')}</row>`).join('') +
    '</sheetData></worksheet>';
  return zip({ ...parts, 'xl/worksheets/sheet1.xml': sheet });
}

/** A zip that is no workbook. */
export const otherZip = (): Buffer => zip({ 'lisez-moi.txt': 'Export indisponible, veuillez réessayer.' });

const zip = (files: Record<string, string>): Buffer =>
  Buffer.from(
    zipSync(Object.fromEntries(Object.entries(files).map(([path, text]) => [path, strToU8(text)])), {
      level: 0,
      // The same bytes whenever they are asked for.
      mtime: new Date(2026, 0, 1),
    }),
  );

const cellOf = (cell: string | number): string =>
  typeof cell === 'number'
    ? `<c><v>${cell}</v></c>`
    : `<c t="inlineStr"><is><t xml:space="preserve">${escaped(cell)}</t></is></c>`;

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
