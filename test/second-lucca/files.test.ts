import { strFromU8, unzipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { cultureNames, csvOf, type CultureName } from './csv.ts';
import { timesheetOf } from './timesheet.ts';
import { workbookOf } from './workbook.ts';

const timesheet = { header: ['Nom', 'Écart\nmai'], rows: [['Noël d’Œuvre; "N"', -1.5]] };

describe('a CSV', () => {
  const files: Record<CultureName, string> = {
    french: 'efbbbf' + hex('Nom;"Écart\nmai"\r\n"Noël d’Œuvre; ""N""";-1,50\r\n'),
    english: hex('Nom,"Écart\nmai"\n"Noël d’Œuvre; ""N""",-1.50\n'),
    windows1252:
      hex('Nom;"') +
      'c9' +
      hex('cart\nmai"\r\n"No') +
      'eb' +
      hex('l d') +
      '928c' +
      hex('uvre; ""N""";-1,50\r\n'),
    utf16: 'fffe' + hex('Nom\t"Écart\nmai"\r\n"Noël d’Œuvre; ""N"""\t-1,50\r\n', 'utf16le'),
    separatorLine: 'efbbbf' + hex('sep=;\r\nNom;"Écart\nmai"\r\n"Noël d’Œuvre; ""N""";-1,50\r\n'),
  };
  test.each(cultureNames)('is as users of a culture get it: %s', (culture) => {
    expect(csvOf(timesheet, culture).toString('hex')).toBe(files[culture]);
  });
});

function hex(text: string, encoding: BufferEncoding = 'utf8'): string {
  return Buffer.from(text, encoding).toString('hex');
}

test('a workbook holds the sheet, and what leads to it', () => {
  const parts = unzipSync(workbookOf(timesheet));
  expect(Object.keys(parts)).toEqual([
    '[Content_Types].xml',
    '_rels/.rels',
    'xl/workbook.xml',
    'xl/_rels/workbook.xml.rels',
    'xl/worksheets/sheet1.xml',
  ]);
  expect(strFromU8(parts['xl/worksheets/sheet1.xml']!)).toContain('d’Œuvre; "N"</t></is></c><c><v>-1.5</v>');
});

test('a timesheet has totals by manager, and of all', () => {
  const columns = [
    { kind: 'ownerName', name: 'Nom', isPeriodic: false },
    { kind: 'overUnderTime', name: 'Écart', isPeriodic: true },
  ];
  const subject = { reportId: 1, template: { columns }, startsOn: '2026-01-01', endsOn: '2026-01-31' };
  const { header, rows } = timesheetOf({ ...subject, people: 3 });
  expect(header).toEqual(['Nom', 'Écart\n01/01/2026\n31/01/2026']);
  const [a, b, , c] = rows.map(([, hours]) => hours as number);
  expect(rows.filter(([name]) => String(name).startsWith('Total'))).toEqual([
    ['Total Hélène Girard', a! + b!],
    ['Total O’Neill; Brian', c],
    ['Total général', a! + b! + c!],
  ]);
});
