import { describe, expect, test } from 'vitest';
import { sniffedBytes } from '../../../lambdas/report-file/sniff.ts';
import { wholeText } from '../../../lambdas/report-file/whole-text.ts';

/** The rows of a CSV whose bytes come in pieces of a size, the start in one. */
function rowsOf(csv: string | Uint8Array, pieceSize = 1_000_000): number | undefined {
  const bytes = Buffer.from(csv as string);
  const counter = wholeText(bytes.subarray(0, sniffedBytes));
  counter.add(bytes.subarray(0, sniffedBytes));
  for (let start = sniffedBytes; start < bytes.byteLength; start += pieceSize) {
    counter.add(bytes.subarray(start, start + pieceSize));
  }
  return counter.rows?.();
}

const bom = '\uFEFF';
const utf16 = (text: string) => Buffer.from(bom + text, 'utf16le');

describe('the rows of a CSV', () => {
  test.each<[string, string | Uint8Array, number]>([
    ['with semicolons', 'Nom;Temps\r\nDupont;7,5\r\nMartin;8\r\n', 2],
    ['with commas', 'Name,Time\r\nDupont,7.5\r\nMartin,8\r\n', 2],
    ['with tabs', 'Name\tTime\r\nDupont\t7.5\r\n', 1],
    ['with bars', 'Name|Time\r\nDupont|7.5\r\n', 1],
    ['with bars, and a line break in quotes', 'a|b\r\nDurand|"1\r\n2"\r\nMartin|x\r\n', 2],
    ['with one column', 'Nom\nDupont\nMartin\n', 2],
    ['with more commas than semicolons in its header', 'Nom;Temps, absences, congés\r\n1;"2\r\n3"\r\n', 1],
    ['with two delimiters as often in its header', 'a;b,c\r\n1;"2\r\n3"\r\n', 1],
    ['with one column of numbers', 'Heures\n7,5\n8\n', 2],
    ['with Unix line breaks', 'a;b\n1;2\n3;4\n', 2],
    ['with the line breaks of old Macs', 'a;b\r1;2\r3;4\r', 2],
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
    ['with lines of several lengths', 'a;b;c\r\n1\r\n1;2;3\r\n', 2],
    ['with an empty line at the end', 'a;b\r\n1;2\r\n\r\n', 1],
    ['with empty lines between', '\r\n\r\na;b\r\n\r\n1;2\r\n\r\n\r\n3;4\r\n', 2],
    ['with a quoted field at the end', 'a;b\r\n1;"2\r\n3"', 1],
    ['with quotes around a line break in quotes', 'a;b\r\n"""\r\n""";2\r\n', 1],
    ['with a comma in the header', 'Nom, prénom;Temps;Note\r\nDurand;7,5;"1\r\n2"\r\n', 1],
    ['with every delimiter in a quoted header', '"a;;;\t\t\t,,,|||"|b\r\n1|"2\r\n3"\r\n', 1],
    ['with nothing but a quoted word in the header', '"Nom"\r\n"Du\r\nrand"\r\na b\r\n', 2],
    ['with a long header', `Nom;${'Temps'.repeat(300)}\r\n1;"2\r\n3"\r\n`, 1],
    ['with two delimiters as often, but no quotes', 'a;b,c\r\n1;2,3\r\n', 1],
    ['with two delimiters as often, and quoted lines', 'a;b,c\r\n"1\r\n2"\r\n3;4,5\r\n', 2],
    ['with its separator in the first line', 'sep=;\r\nNom;Temps\r\nDurand;7,5\r\nMartin;8\r\n', 2],
    ['with another separator in the first line', 'SEP=^\na,b^c\n1^"2\n3"\n', 1],
    ['with a quoted separator in the first line', `${bom}"sep=|"\r\na,b|c\r\n1|"2\r\n3"\r\n`, 1],
    ['with a separator that ends its line otherwise', 'sep=,\na,b\r\n1,2\r\n', 1],
    ['with nothing but a separator', 'sep=;\r\n', 0],
    ['with accents', 'Prénom;Écart\r\nZoé;−1\r\n', 1],
    ['with a byte order mark', `${bom}a;b\r\n1;2\r\n`, 1],
    ['with a byte order mark before a quote', `${bom}"a\r\nb";c\r\n1;2\r\n`, 1],
    ['in Latin-1', Buffer.from('Pr\xe9nom;b\r\nZo\xe9;1\r\n', 'latin1'), 1],
    ['in UTF-16', utf16('Prénom;b\r\nZoé;1\r\nÉva;2\r\n'), 2],
    ['in UTF-16, with a line break in quotes', utf16('a;b\r\n"1\r\n2";3\r\n'), 1],
    ['in UTF-16, with a separator', utf16('sep=|\r\na|b\r\n1|"2\r\n3"\r\n'), 1],
    ['in UTF-16, with letters that end like a line feed or a quote', utf16('a;b\r\n\u220A;\u0122\r\n'), 1],
    ['in big-endian UTF-16', utf16('Prénom;b\r\nZoé;"1\r\n2"\r\n').swap16(), 1],
    ['in UTF-16 without a byte order mark', utf16('a;b\r\n"1\r\n2";Ā\r\n').subarray(2), 1],
    ['in big-endian UTF-16 without one', utf16('a;b\r\n"1\r\n2";Ā\r\n').swap16().subarray(2), 1],
  ])('%s are counted', (_, csv, rows) => {
    expect(rowsOf(csv)).toBe(rows);
  });

  test('are many', () => {
    expect(rowsOf(`a;b\r\n${'Dupont;"7,5"\r\n'.repeat(200_000)}`, 65_536)).toBe(200_000);
  });

  test.each<[string, string | Uint8Array]>([
    ['when a quote is never closed', 'a;b\r\n1;"2\r\n3;4\r\n'],
    ['when a quote is never closed in a file of megabytes', `a;b\r\n1;"2\r\n${'3;4\r\n'.repeat(500_000)}`],
    ['when the header opens a quote that is never closed', '"a;b\r\n1;2\r\n'],
    ['when a quote is closed after more than a megabyte', `a;b\r\n1;"${'2\r\n'.repeat(400_000)}"\r\n`],
    ['when a quoted field goes on after its quotes', 'a;b\r\n1;"2" \r\n'],
    ['when a quoted field ends with another delimiter', 'a;b\r\n"1",2\r\n'],
    ['when a quote stands behind another delimiter', 'Nom;Temps, absences\r\n1;2\r\na,"b\r\nc";3\r\n'],
    ['when the header and the first row have two delimiters as often', 'a;b,c\r\n1;2,3\r\n1;"2\r\n3",4\r\n'],
    ['when a total stands at the end', 'Nom;Temps;Note\r\nDupont;7,5;x\r\nTotal;7,5\r\n'],
    ['when a remark at the end holds a comma', 'Nom;Temps\r\nDupont;7,5\r\nTotal : 7,5\r\n'],
    ['when a title of two lines stands above the header', 'Titre\r\nNovembre\r\nNom;Temps\r\nDupont;7\r\n'],
    ['when a row is longer than the header', 'a;b;c\r\n1;2;3;4;5\r\n'],
    [
      'when a title of several cells stands above the header',
      'Titre;;;\r\nNom;Temps;Note;x\r\nDupont;7;y;z\r\n',
    ],
    ['when the header is grouped', '"A";"";"B";""\r\n"Nom";"Nr";"CP";"RTT"\r\n"a";"1";"2";"3"\r\n'],
    [
      'when lines of two cells stand above the header',
      'Période;novembre\r\nLe;3\r\n\r\nNom;Temps;x\r\nD;7;y\r\n',
    ],
    ['when spaces stand at the end', 'a;b\r\n1;2\r\n   '],
    ['when only a row has a delimiter', 'Nom\r\nDurand;"1\r\n2"\r\n'],
    ['when lines end with and without a carriage return', 'a;b\r\n1;2\n3;4\r\n'],
    ['when a carriage return stands alone among line feeds', 'a;b\n1;2\r3\n'],
    ['when a blank line may be an empty cell of one column', 'Note\r\na\r\n\r\nb\r\n'],
    ['when the mark of DOS stands at the end', 'a;b\r\n1;2\r\n\u001A'],
    ['when a remark stands at the end', 'a;b\r\n1;2\r\n(1 rows)\r\n'],
    ['when a comment stands at the end', 'a;b\r\n1;2\r\n#created at 7:00'],
    ['when a title may stand above the header', 'Heures de novembre\r\nNom;Temps\r\nDupont;7\r\n'],
    ['when quotes are escaped by a backslash', String.raw`a;b${'\r\n'}"1 \"x\"";2${'\r\n'}`],
    ['when two separators are named', 'sep=;,\r\na;b\r\n1;2\r\n'],
    ['when a separator is named that is no character', 'sep=\r\na;b\r\n1;2\r\n'],
    ['in UTF-32', Buffer.from('fffe000061000000', 'hex')],
  ])('are unknown %s', (_, csv) => {
    expect(rowsOf(csv, 65_536)).toBeUndefined();
  });
});
