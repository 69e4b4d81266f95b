import { strFromU8, unzipSync } from 'fflate';

/**
 * The cells of a workbook's sheet, row by row. Finds it as spreadsheet programs do, and throws where the parts of
 * the workbook contradict each other.
 */
export function sheetCells(workbook: Buffer): (string | number)[][] {
  const files = unzip(workbook);
  const officeDocument = target(files, '_rels/.rels');
  const sheet = `xl/${target(files, 'xl/_rels/workbook.xml.rels')}`;
  for (const part of [officeDocument, sheet]) {
    if (!files['[Content_Types].xml']?.includes(`PartName="/${part}"`))
      throw new Error(`${part} has no type`);
  }
  const rows = files[sheet]?.match(/<row r="\d+">.*?<\/row>/gs) ?? [];
  return rows.map((row) => Array.from(row.matchAll(/<c( t="inlineStr")?>(.*?)<\/c>/gs), cellOf));
}

const cellOf = ([, isText, content = '']: RegExpExecArray | string[]): string | number => {
  const text = content.replaceAll(/<[^>]*>/g, '');
  return isText
    ? text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')
    : Number(text);
};

function target(files: Record<string, string>, relationships: string): string {
  const path = /Target="([^"]+)"/.exec(files[relationships] ?? '')?.[1];
  if (path === undefined) throw new Error(`${relationships} leads nowhere`);
  return path;
}

const unzip = (archive: Buffer): Record<string, string> =>
  Object.fromEntries(Object.entries(unzipSync(archive)).map(([path, bytes]) => [path, strFromU8(bytes)]));
