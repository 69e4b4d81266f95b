import { parse } from 'csv-parse/sync';
import { describe, expect, test } from 'vitest';
import guideTemplate from '../../../local/lucca-simulator/guide-template.json' with { type: 'json' };
import type { LuccaSimulatorOptions } from '../../../local/lucca-simulator/simulator.ts';
import { api, openTenant } from './tenant.ts';
import { sheetCells } from './sheet-cells.ts';

const october = { startsOn: '2026-10-01', endsOn: '2026-10-31' };
const bytesOf = async (response: Response) => Buffer.from(await response.arrayBuffer());

/** The cells of a report in CSV, line by line. */
async function csvOf(
  template: Record<string, unknown>,
  dates: Record<string, string> = october,
  options: Partial<LuccaSimulatorOptions> = {},
): Promise<string[][]> {
  const { finishedReport, download } = await openTenant({ templates: { 42: template }, ...options });
  const file = await bytesOf(await download(await finishedReport(dates), 'csv'));
  return parse(file, { bom: true, delimiter: ';', record_delimiter: '\r\n' });
}

const asCsv = (cell: string | number) =>
  typeof cell === 'number' ? cell.toFixed(2).replace('.', ',') : cell;
const hours = (cell: string | undefined) => Number(cell?.replace(',', '.'));

describe('a download', () => {
  test.each([
    ['csv', 'Rapport%20sur%20les%20temps.csv'],
    ['excel', 'Rapport%20sur%20les%20temps.xlsx'],
  ] as const)('of %s is a named file of known length', async (format, name) => {
    const { finishedReport, download, lucca } = await openTenant();
    const id = await finishedReport(october);
    const response = await download(id, format);
    const bytes = await bytesOf(response);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/octet-stream');
    expect(response.headers.get('content-disposition')).toBe(`attachment; filename*=UTF-8''${name}`);
    expect(response.headers.get('content-length')).toBe(String(bytes.length));
    expect(bytes).toEqual(lucca.expectedFile(id, format));
    expect(lucca.reports[0]?.downloaded).toEqual([format]);
  });

  test('may be repeated, and in the other format, too', async () => {
    const { finishedReport, download, lucca } = await openTenant();
    const id = await finishedReport(october);
    const first = await bytesOf(await download(id, 'csv'));
    expect(await bytesOf(await download(id, 'csv'))).toEqual(first);
    expect((await download(id, 'excel')).status).toBe(200);
    expect(lucca.reports[0]?.downloaded).toEqual(['csv', 'excel']);
  });

  test.each(['csv', 'excel'] as const)('of %s answers 400 until the report is done', async (format) => {
    const { createReport, download, clock } = await openTenant();
    await createReport();
    await clock.sleep(3999);
    const response = await download(1001, format);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ detail: expect.stringContaining('pending') as string });
  });

  test('of a report that has failed answers 400', async () => {
    const { finishedReport, download } = await openTenant({
      faults: [{ on: 'createReport', kind: 'generationError' }],
    });
    expect((await download(await finishedReport(), 'csv')).status).toBe(400);
  });

  test('depends on the template, the dates and the seed only', async () => {
    const one = await openTenant();
    const other = await openTenant();
    const reseeded = await openTenant({ seed: 2 });
    await other.createReport();
    await other.clock.sleep(3_600_000);
    const expected = one.lucca.expectedFile(await one.finishedReport(october), 'excel');
    expect(other.lucca.expectedFile(await other.finishedReport(october), 'excel')).toEqual(expected);
    expect(reseeded.lucca.expectedFile(await reseeded.finishedReport(october), 'excel')).not.toEqual(
      expected,
    );
  });

  test('that was expected of a report that never was is an error', async () => {
    const { lucca } = await openTenant();
    expect(() => lucca.expectedFile(1001, 'csv')).toThrow('never was a report 1001');
  });
});

describe('the CSV', () => {
  test('is in French culture: byte order mark, semicolons, decimal commas, CRLF', async () => {
    const { finishedReport, lucca } = await openTenant();
    const file = lucca.expectedFile(await finishedReport(october), 'csv');
    expect(file.subarray(0, 3)).toEqual(Buffer.from([0xef, 0xbb, 0xbf]));
    const text = file.toString();
    expect(text).toMatch(/;\d+,\d\d;/);
    expect(text).toMatch(/\d,\d\d\r\n$/);
    expect(text).toMatch(/[éèïœ]/);
    expect(text).toContain(';"Ventes; après-vente";');
    expect(text).toContain(';"Atelier ""Hors série""";');
    expect(text).toContain(';"Production\nUsine de Besançon";');
  });

  test('repeats periodic columns for each period', async () => {
    const [header] = await csvOf(guideTemplate, { startsOn: '2026-02-10', endsOn: '2026-07-01' });
    expect(header?.slice(0, 6)).toEqual([
      'Nom complet',
      'Département',
      'Temps de travail\nT1 2026',
      'Temps de travail\nT2 2026',
      'Temps de travail\nT3 2026',
      'Absences\nT1 2026',
    ]);
    expect(header).toHaveLength(2 + 4 * 3);
  });

  test.each([
    ['daily', ['01/10/2026', '31/10/2026'], 31],
    ['weekly', ['semaine 40 2026', 'semaine 44 2026'], 5],
    ['monthly', ['octobre 2026', 'octobre 2026'], 1],
    ['yearly', ['2026', '2026'], 1],
    [null, ['Total', 'Total'], 1],
  ])('of periodicity %s', async (periodicity, [first, last], count) => {
    const columns = guideTemplate.columns.slice(2, 3);
    const [header] = await csvOf({ ...guideTemplate, columns, periodicity });
    expect(header?.[0]).toBe(`Temps de travail\n${first}`);
    expect(header?.at(-1)).toBe(`Temps de travail\n${last}`);
    expect(header).toHaveLength(count);
  });

  test('counts the working days of a period that is cut short', async () => {
    const columns = guideTemplate.columns.filter(({ kind }) => kind === 'theoreticalWorkingTime');
    const template = { name: 'Théorique', columns, periodicity: 'weekly' };
    const [, person] = await csvOf(template, { startsOn: '2026-10-01', endsOn: '2026-10-12' });
    // Thursday and Friday; Monday to Friday; Monday.
    expect(person).toEqual(['14,00', '35,00', '7,00']);
  });

  test('adds up: worked = theoretical - absent + difference', async () => {
    const [, ...rows] = await csvOf({ ...guideTemplate, periodicity: 'yearly' });
    for (const [, , worked, absent, theoretical, difference] of rows) {
      expect(hours(worked)).toBe(hours(theoretical) - hours(absent) + hours(difference));
    }
  });

  test('ends each manager’s team with its totals', async () => {
    const [, ...rows] = await csvOf(guideTemplate);
    expect(rows).toHaveLength(12 + 3);
    const team = rows.slice(0, 4);
    const totals = rows[4];
    expect(totals?.slice(0, 2)).toEqual(['Total Hélène Forêt', '']);
    expect(hours(totals?.[2])).toBe(team.reduce((sum, row) => sum + hours(row[2]), 0));
    expect(rows.filter(([name]) => name?.startsWith('Total '))).toHaveLength(3);
  });

  test('shows the totals only, or none, as the template says', async () => {
    const [, ...onlyTotals] = await csvOf({ ...guideTemplate, onlyShowTotals: true });
    expect(onlyTotals.map(([name]) => name?.slice(0, 6))).toEqual(['Total ', 'Total ', 'Total ']);
    const [, ...noTotals] = await csvOf({ ...guideTemplate, total: null });
    expect(noTotals).toHaveLength(12);
  });

  test('lists as many people as asked for', async () => {
    const rows = await csvOf({ ...guideTemplate, total: null }, october, { rows: 500 });
    expect(rows).toHaveLength(501);
    expect(new Set(rows.map(([name]) => name)).size).toBe(501);
  });
});

describe('the Excel file', () => {
  test('is a workbook with the same table as the CSV', async () => {
    const { finishedReport, download, lucca } = await openTenant();
    const id = await finishedReport({ startsOn: '2026-01-01', endsOn: '2026-12-31' });
    const csv: string[][] = parse(lucca.expectedFile(id, 'csv'), {
      bom: true,
      delimiter: ';',
      record_delimiter: '\r\n',
    });
    const cells = sheetCells(await bytesOf(await download(id, 'excel')));
    expect(cells.map((row) => row.map(asCsv))).toEqual(csv);
    expect(cells.flat().filter((cell) => typeof cell === 'number')).toHaveLength(15 * 16);
  });

  test('holds the same date everywhere and always, so that equal tables make equal bytes', async () => {
    const { finishedReport, lucca } = await openTenant();
    const file = lucca.expectedFile(await finishedReport(october), 'excel');
    const firstOfJanuary1980 = 0x0021;
    expect(file.readUInt16LE(10)).toBe(0);
    expect(file.readUInt16LE(12)).toBe(firstOfJanuary1980);
  });

  test('escapes what XML would misread', async () => {
    const columns = [{ kind: 'ownerName', name: 'Nom <&> "complet"' }];
    const { finishedReport, lucca } = await openTenant({ templates: { 42: { name: 'Noms', columns } } });
    const [header] = sheetCells(lucca.expectedFile(await finishedReport(october), 'excel'));
    expect(header).toEqual(['Nom <&> "complet"']);
  });
});

test('a template’s default period decides where the dates are left out', async () => {
  const { post, createReport } = await openTenant();
  const expected = {
    thisYear: ['2026-01-01', '2026-12-31'],
    lastYear: ['2025-01-01', '2025-12-31'],
    thisQuarter: ['2026-10-01', '2026-12-31'],
    lastQuarter: ['2026-07-01', '2026-09-30'],
    thisMonth: ['2026-11-01', '2026-11-30'],
    lastMonth: ['2026-10-01', '2026-10-31'],
    thisWeek: ['2026-11-23', '2026-11-29'],
    lastWeek: ['2026-11-16', '2026-11-22'],
    lastDay: ['2026-11-23', '2026-11-23'],
    unheardOf: ['2026-11-01', '2026-11-30'],
  };
  for (const [defaultPeriod, [startsOn, endsOn]] of Object.entries(expected)) {
    const { body } = await post(`${api}/report-templates`, { ...guideTemplate, defaultPeriod });
    const report = await createReport({ templateId: body['id'] });
    expect({ defaultPeriod, ...report.body }).toMatchObject({ defaultPeriod, startsOn, endsOn });
  }
});
