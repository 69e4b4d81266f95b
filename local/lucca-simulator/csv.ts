import type { Table } from './timesheet-table.ts';

/** Tells spreadsheet programs that the file is UTF-8. */
const byteOrderMark = '\uFEFF';

/**
 * CSV in the culture of a French user: semicolons, decimal commas, and fields in quotes where they hold a
 * semicolon, a quote or a line break.
 */
export function csvFile({ header, rows }: Table): Buffer {
  const lines = [header, ...rows].map((cells) => cells.map(field).join(';'));
  return Buffer.from(byteOrderMark + lines.map((line) => `${line}\r\n`).join(''));
}

function field(cell: string | number): string {
  if (typeof cell === 'number') return cell.toFixed(2).replace('.', ',');
  return /[;"\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
