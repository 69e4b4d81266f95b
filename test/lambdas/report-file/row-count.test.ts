import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRowCounter } from '../../../lambdas/report-file/row-count.ts';

/** What a download hands over at once at its start, so that its kind can be told. */
const headBytes = 1024;

/** The rows of a CSV whose bytes come in pieces of a size, the start in one. */
async function rowsOf(csv: string | Uint8Array, pieceSize = 1_000_000): Promise<number | undefined> {
  const bytes = Buffer.from(csv as string);
  const counter = createRowCounter(bytes.subarray(0, headBytes));
  counter.add(bytes.subarray(0, headBytes));
  for (let start = headBytes; start < bytes.byteLength; start += pieceSize) {
    counter.add(bytes.subarray(start, start + pieceSize));
  }
  return counter.end();
}

const bom = '\uFEFF';
const utf16 = (text: string) => Buffer.from(bom + text, 'utf16le');

describe('the rows of a CSV', () => {
  test.each<[string, string | Uint8Array, number]>([
    ['with semicolons', 'Nom;Temps\r\nDupont;7,5\r\nMartin;8\r\n', 2],
    ['with commas', 'Name,Time\r\nDupont,7.5\r\nMartin,8\r\n', 2],
    ['with tabs', 'Name\tTime\r\nDupont\t7.5\r\n', 1],
    ['with one column', 'Nom\nDupont\nMartin\n', 2],
    ['with Unix line breaks', 'a;b\n1;2\n3;4\n', 2],
    ['without a final line break', 'a;b\r\n1;2\r\n3;4', 2],
    ['with nothing but a header', 'a;b\r\n', 0],
    ['with nothing but a header, and no line break', 'a;b', 0],
    ['with a line break in quotes', 'a;b\r\n"1\r\nand more";2\r\n3;4\r\n', 2],
    ['with another line break in quotes', 'a;b\r\n"1\nand\rmore";2\r\n', 1],
    ['with a line break in a quoted header', '"Temps\nde travail";b\r\n1;2\r\n', 1],
    ['with quotes in quotes', 'a;b\r\n"He said ""7;5""\r\n";2\r\n', 1],
    ['with a quote within a word', 'a;b\r\n5" pipe;2\r\nL"équipe";3\r\n', 2],
    ['with empty fields', 'a;b\r\n;\r\n;\r\n', 2],
    ['with quoted empty fields', 'a;b\r\n"";""\r\n', 1],
    ['with decimal commas beside semicolons', 'a;b\r\n1,5;2,25\r\n3,5;4\r\n', 2],
    ['with lines of several lengths', 'a;b;c\r\n1\r\n1;2;3;4;5\r\n', 2],
    ['with an empty line at the end', 'a;b\r\n1;2\r\n\r\n', 1],
    ['with accents', 'Prénom;Écart\r\nZoé;−1\r\n', 1],
    ['with a byte order mark', `${bom}a;b\r\n1;2\r\n`, 1],
    ['with a byte order mark before a quote', `${bom}"a\r\nb";c\r\n1;2\r\n`, 1],
    ['in Latin-1', Buffer.from('Pr\xe9nom;b\r\nZo\xe9;1\r\n', 'latin1'), 1],
    ['in UTF-16', utf16('Prénom;b\r\nZoé;1\r\nÉva;2\r\n'), 2],
    ['in UTF-16, with a line break in quotes', utf16('a;b\r\n"1\r\n2";3\r\n'), 1],
  ])('%s are counted', async (_, csv, rows) => {
    expect(await rowsOf(csv)).toBe(rows);
  });

  test('are many', async () => {
    expect(await rowsOf(`a;b\r\n${'Dupont;"7,5"\r\n'.repeat(200_000)}`, 65_536)).toBe(200_000);
  });

  test.each<[string, string | Uint8Array]>([
    ['in big-endian UTF-16', utf16('a;b\r\n1;2\r\n').swap16()],
    ['when a quote is never closed', 'a;b\r\n1;"2\r\n3;4\r\n'],
    ['when a quote is never closed in a file of megabytes', `a;b\r\n1;"2\r\n${'3;4\r\n'.repeat(500_000)}`],
    ['when the header opens a quote that is never closed', '"a;b\r\n1;2\r\n'],
  ])('are unknown %s', async (_, csv) => {
    expect(await rowsOf(csv, 65_536)).toBeUndefined();
  });

  const cell = fc
    .array(fc.constantFrom('a', 'é', '"', ';', ',', '\t', '\n', '\r\n', ' ', '7,5'), { maxLength: 6 })
    .map((parts) => `"${parts.join('').replaceAll('"', '""')}"`);
  const style = fc.record({
    delimiter: fc.constantFrom(';', ',', '\t'),
    lineBreak: fc.constantFrom('\r\n', '\n'),
    lastLineBreak: fc.boolean(),
    bom: fc.constantFrom('', bom),
    /** Line breaks and quotes fall on the borders between pieces. */
    pieceSize: fc.integer({ min: 1, max: 50 }),
  });

  test.each<[string, [string, string][]]>([
    ['under a plain header', [['Nom', 'Temps']]],
    ['under a header that is longer than the start of the file', [['Nom', 'Temps'.repeat(300)]]],
    ['under a quoted header', [['"Nom complet"', '"Temps, absences"']]],
    ['under a header whose quotes hold every delimiter', [['"Nom;;;\t\t\t,,,"', '"Temps;;\t\t,,"']]],
    ['under a header whose quotes hold a line break', [['"Nom\r\ncomplet"', '"Temps"']]],
  ])('are those that were written %s, whatever they hold', async (_, header) => {
    const lines = fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(
        lines,
        style,
        async (rows, { delimiter, lineBreak, lastLineBreak, bom, pieceSize }) => {
          const all = [...header, ...rows];
          const text = all.map((cells) => cells.join(delimiter)).join(lineBreak);
          const csv = `${bom}${text}${lastLineBreak ? lineBreak : ''}`;
          expect(await rowsOf(csv, pieceSize)).toBe(all.length - 1);
        },
      ),
      { numRuns: 100 },
    );
  });
});
