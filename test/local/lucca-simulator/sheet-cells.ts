import { crc32 } from 'node:zlib';

/**
 * The cells of a workbook's sheet, row by row. Reads the archive by its directory, as spreadsheet programs do,
 * and throws where its parts contradict each other.
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

function unzip(archive: Buffer): Record<string, string> {
  const end = archive.length - 22;
  if (archive.readUInt32LE(end) !== 0x06054b50) throw new Error('The archive has no end');
  let at = archive.readUInt32LE(end + 16);
  const files: Record<string, string> = {};
  for (let count = archive.readUInt16LE(end + 10); count > 0; count--) {
    if (archive.readUInt32LE(at) !== 0x02014b50) throw new Error('The directory is broken');
    const checksum = archive.readUInt32LE(at + 16);
    const size = archive.readUInt32LE(at + 24);
    const nameLength = archive.readUInt16LE(at + 28);
    const name = archive.toString('utf8', at + 46, at + 46 + nameLength);
    const content = entry(archive, archive.readUInt32LE(at + 42), name, size);
    if (crc32(content) !== checksum) throw new Error(`${name} is damaged`);
    files[name] = content.toString();
    at += 46 + nameLength;
  }
  if (at !== end) throw new Error('The directory does not end where the archive does');
  return files;
}

function entry(archive: Buffer, at: number, name: string, size: number): Buffer {
  if (archive.readUInt32LE(at) !== 0x04034b50) throw new Error(`${name} is not where the directory says`);
  const nameEnd = at + 30 + archive.readUInt16LE(at + 26);
  if (archive.toString('utf8', at + 30, nameEnd) !== name) throw new Error(`${name} has two names`);
  return archive.subarray(nameEnd, nameEnd + size);
}
