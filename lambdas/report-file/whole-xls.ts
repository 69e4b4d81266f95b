import { asBuffer, createTail } from './bytes.ts';
import type { FileCheck } from './file-check.ts';

const headerBytes = 512;
const freeSector = 0xffffffff;
/** Sectors above are none, but marks. */
const lastSector = 0xfffffffa;
/** The header has room for so many of the table's sectors: enough for a file of 7 MB. */
const tableSectorsInHeader = 109;

/** `Workbook` or `Book` in UTF-16: the stream that makes a compound file a workbook. */
const streamNames = ['Workbook', 'Book'].map((name) => Buffer.from(`${name}\0`, 'utf16le'));
const longestName = streamNames[0]!.length;
const holdsName = (bytes: Buffer) => streamNames.some((name) => bytes.includes(name));

/**
 * Whether a compound file is a workbook, and whole: its allocation table tells which sectors are in use, and all of them
 * have to be there. Source: [MS-CFB] 2.2 and 2.3; [MS-XLS] 2.1.2.
 */
export function wholeXls(head: Buffer): FileCheck {
  const sectorBytes = 2 ** Math.min(12, head.length < headerBytes ? 9 : head.readUInt16LE(30));
  const table = tableSectors(head, sectorBytes);
  let total = 0;
  let isWorkbook = false;
  const before = createTail(longestName);
  return {
    // Of a larger file, the rest of the table is elsewhere.
    isProof: table.length < tableSectorsInHeader,
    add: (piece) => {
      for (const sector of table) capture(sector, piece, total);
      // Names may stand across pieces.
      const border = Buffer.concat([before.bytes(), piece.subarray(0, longestName)]);
      isWorkbook ||= [border, asBuffer(piece)].some(holdsName);
      before.add(piece);
      total += piece.byteLength;
    },
    problem: () => {
      const sectors = usedSectors(table);
      if (sectors === undefined || total < (sectors + 1) * sectorBytes) {
        return 'an .xls file that is cut: sectors that its table lists are missing';
      }
      return isWorkbook ? undefined : 'a compound file that holds no workbook';
    },
  };
}

/** A sector of the allocation table: where it stands in the file, and its bytes as far as they have passed. */
interface TableSector {
  start: number;
  bytes: Buffer;
  filled: number;
}

function tableSectors(head: Buffer, sectorBytes: number): TableSector[] {
  if (head.length < headerBytes) return [];
  const count = Math.min(head.readUInt32LE(44), tableSectorsInHeader);
  return Array.from({ length: count }, (_, index) => head.readUInt32LE(76 + 4 * index))
    .filter((sector) => sector < lastSector)
    .map((sector) => ({ start: (sector + 1) * sectorBytes, bytes: Buffer.alloc(sectorBytes), filled: 0 }));
}

/** @param at where the piece begins in the file */
function capture(sector: TableSector, piece: Uint8Array, at: number): void {
  const from = Math.max(sector.start, at);
  const to = Math.min(sector.start + sector.bytes.length, at + piece.byteLength);
  if (from >= to) return;
  sector.bytes.set(piece.subarray(from - at, to - at), from - sector.start);
  sector.filled += to - from;
}

/** How many sectors the file has at least, by the last entry of its table that is in use. */
function usedSectors(table: TableSector[]): number | undefined {
  if (table.length === 0 || table.some(({ bytes, filled }) => filled < bytes.length)) return undefined;
  const entries = table.flatMap(({ bytes }) =>
    Array.from({ length: bytes.length / 4 }, (_, index) => bytes.readUInt32LE(4 * index)),
  );
  return entries.findLastIndex((entry) => entry !== freeSector) + 1;
}
