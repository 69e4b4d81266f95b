import { crc32 } from 'node:zlib';

/** The first day that a zip archive can name: a real date would make equal files differ. */
const firstOfJanuary1980 = 0x0021;
const utf8Names = 0x0800;
const version = 20;

/**
 * A zip archive of text files by name, stored without compression, so that its bytes do not depend on the
 * release of a compression library.
 */
export function zip(files: Record<string, string>): Buffer {
  const entries: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [path, text] of Object.entries(files)) {
    const name = Buffer.from(path);
    const content = Buffer.from(text);
    const description = describe(name, content);
    const entry = Buffer.concat([signature(0x04034b50), description, name, content]);
    entries.push(entry);
    directory.push(signature(0x02014b50), uint16(version), description, placement(offset), name);
    offset += entry.length;
  }
  const directoryBytes = Buffer.concat(directory);
  return Buffer.concat([
    ...entries,
    directoryBytes,
    endOfArchive(entries.length, directoryBytes.length, offset),
  ]);
}

/** What an entry and the directory both say of a file. */
function describe(name: Buffer, content: Buffer): Buffer {
  const stored = 0;
  return Buffer.concat([
    uint16(version, utf8Names, stored),
    uint16(0, firstOfJanuary1980),
    uint32(crc32(content), content.length, content.length),
    uint16(name.length, 0),
  ]);
}

/** What only the directory says: no comment, first disk, no attributes, and where the entry begins. */
const placement = (offset: number) => Buffer.concat([uint16(0, 0, 0), uint32(0, offset)]);

const endOfArchive = (count: number, directoryLength: number, directoryOffset: number) =>
  Buffer.concat([
    signature(0x06054b50),
    uint16(0, 0, count, count),
    uint32(directoryLength, directoryOffset),
    uint16(0),
  ]);

const signature = (value: number) => uint32(value);

function uint16(...values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 2);
  values.forEach((value, index) => bytes.writeUInt16LE(value, index * 2));
  return bytes;
}

function uint32(...values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, index) => bytes.writeUInt32LE(value, index * 4));
  return bytes;
}
