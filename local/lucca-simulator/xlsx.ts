import { strToU8, zipSync, type ZipOptions } from 'fflate';
import type { Table } from './timesheet-table.ts';

const declaration = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const openPackage = 'http://schemas.openxmlformats.org/package/2006';
const officeDocument = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const spreadsheet = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const contentType = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

/**
 * Equal tables make equal bytes: nothing is compressed, so that no release of the library matters, and each part has
 * the first date that a zip archive can hold. Archives hold local times, so this one is local, too.
 */
const reproducibly: ZipOptions = { level: 0, mtime: new Date(1980, 0, 1) };

/** The least that a workbook needs: which parts there are, how they hang together, and one sheet. */
export function xlsxFile(table: Table): Buffer {
  const parts = {
    '[Content_Types].xml':
      `${declaration}<Types xmlns="${openPackage}/content-types">` +
      '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>' +
      `<Override PartName="/xl/workbook.xml" ContentType="${contentType}.sheet.main+xml"/>` +
      `<Override PartName="/xl/worksheets/sheet1.xml" ContentType="${contentType}.worksheet+xml"/></Types>`,
    '_rels/.rels': relationship('officeDocument', 'xl/workbook.xml'),
    'xl/workbook.xml':
      `${declaration}<workbook xmlns="${spreadsheet}" xmlns:r="${officeDocument}">` +
      '<sheets><sheet name="Rapport" sheetId="1" r:id="rId1"/></sheets></workbook>',
    'xl/_rels/workbook.xml.rels': relationship('worksheet', 'worksheets/sheet1.xml'),
    'xl/worksheets/sheet1.xml': worksheet(table),
  };
  const bytes = Object.entries(parts).map(([path, xml]) => [path, strToU8(xml)]);
  return Buffer.from(zipSync(Object.fromEntries(bytes), reproducibly));
}

const relationship = (type: string, target: string) =>
  `${declaration}<Relationships xmlns="${openPackage}/relationships">` +
  `<Relationship Id="rId1" Type="${officeDocument}/${type}" Target="${target}"/></Relationships>`;

function worksheet({ header, rows }: Table): string {
  const lines = [header, ...rows].map(
    (cells, index) => `<row r="${index + 1}">${cells.map(xmlCell).join('')}</row>`,
  );
  return `${declaration}<worksheet xmlns="${spreadsheet}"><sheetData>${lines.join('')}</sheetData></worksheet>`;
}

function xmlCell(cell: string | number): string {
  if (typeof cell === 'number') return `<c><v>${cell}</v></c>`;
  return `<c t="inlineStr"><is><t xml:space="preserve">${escapeXml(cell)}</t></is></c>`;
}

const escapeXml = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
