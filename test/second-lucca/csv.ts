import type { Timesheet } from './timesheet.ts';

interface Culture {
  delimiter: string;
  decimal: string;
  lineBreak: string;
  /** A line before the header, for Excel. */
  firstLine?: string;
  encode: (text: string) => Buffer;
}

const utf8 = (text: string): Buffer => Buffer.from(text);
const french: Culture = {
  delimiter: ';',
  decimal: ',',
  lineBreak: '\r\n',
  encode: (text) => utf8(`\uFEFF${text}`),
};

/** How CSV files look to users of a culture: Lucca's delimiter and numbers depend on whom the API key belongs to. */
export const cultures = {
  french,
  english: { delimiter: ',', decimal: '.', lineBreak: '\n', encode: utf8 },
  windows1252: { ...french, encode: windows1252 },
  utf16: { ...french, delimiter: '\t', encode: (text) => Buffer.from(`\uFEFF${text}`, 'utf16le') },
  separatorLine: { ...french, firstLine: 'sep=;' },
} as const satisfies Record<string, Culture>;

export type CultureName = keyof typeof cultures;
export const cultureNames = Object.keys(cultures) as CultureName[];

export function csvOf({ header, rows }: Timesheet, name: CultureName): Buffer {
  const { delimiter, decimal, lineBreak, firstLine, encode }: Culture = cultures[name];
  const fieldOf = (cell: string | number) =>
    quoted(typeof cell === 'number' ? cell.toFixed(2).replace('.', decimal) : cell, delimiter);
  const lines = [header, ...rows].map((cells) => cells.map(fieldOf).join(delimiter));
  const all = firstLine === undefined ? lines : [firstLine, ...lines];
  return encode(all.map((line) => line + lineBreak).join(''));
}

const quoted = (field: string, delimiter: string): string =>
  /["\r\n]/.test(field) || field.includes(delimiter) ? `"${field.replaceAll('"', '""')}"` : field;

/** Windows-1252 is Latin-1 but for a few characters. */
function windows1252(text: string): Buffer {
  const others: Record<string, number> = { '’': 0x92, Œ: 0x8c };
  const codes = Array.from(text, (character) => others[character] ?? character.codePointAt(0)!);
  return Buffer.from(codes);
}
