import { describe, expect, test } from 'vitest';
import guideTemplate from '../../../local/lucca-simulator/guide-template.json' with { type: 'json' };
import { api, openTenant, start } from './tenant.ts';

describe('creating a report', () => {
  test('answers 200 with its id, its status and its columns', async () => {
    const { createReport } = await openTenant();
    const { status, body } = await createReport({ startsOn: '2026-10-01', endsOn: '2026-10-31' });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      id: 1001,
      status: 'pending',
      templateId: 42,
      startsOn: '2026-10-01',
      endsOn: '2026-10-31',
    });
    expect(body['columns']).toEqual(
      guideTemplate.columns.map(({ description: _description, ...column }) => column),
    );
    expect((await createReport()).body['id']).toBe(1002);
  });

  test.each([
    ['null dates', { startsOn: null, endsOn: null }, '2026-01-01', '2026-12-31'],
    ['no dates', {}, '2026-01-01', '2026-12-31'],
    ['only a start', { startsOn: '2026-03-05' }, '2026-03-05', '2026-12-31'],
    ['only an end', { endsOn: '2026-03-05' }, '2026-01-01', '2026-03-05'],
    ['one day', { startsOn: '2026-03-05', endsOn: '2026-03-05' }, '2026-03-05', '2026-03-05'],
  ])('%s: the rest is the template’s default period', async (_, dates, startsOn, endsOn) => {
    const { createReport } = await openTenant();
    expect((await createReport(dates)).body).toMatchObject({ startsOn, endsOn });
  });

  test('takes the default period in the tenant’s own time zone', async () => {
    const { createReport, clock } = await openTenant();
    await clock.sleep(Date.parse('2026-12-31T23:30:00Z') - Date.parse(start));
    expect((await createReport()).body).toMatchObject({ startsOn: '2027-01-01' });
  });

  test.each([
    [{ startsOn: '2026-02-30' }, 'startsOn'],
    [{ endsOn: '31/12/2026' }, 'endsOn'],
    [{ startsOn: 20260101 }, 'startsOn'],
    [{ startsOn: '2026-02-02', endsOn: '2026-02-01' }, 'endsOn'],
    [{ startsOn: '2027-01-01' }, 'endsOn'],
    [{ templateId: null }, 'templateId'],
    [{ templateId: 'forty-two' }, 'templateId'],
    [{ filters: [{ kind: 'ownerLegalEntityId', values: ['1'] }] }, 'filters.0.values.0'],
  ])('%j answers 400 with the field in `errors`, and creates none', async (request, field) => {
    const { createReport, lucca } = await openTenant();
    const { status, body } = await createReport(request);
    expect(status).toBe(400);
    expect(body['errors']).toEqual({ [field]: [expect.any(String)] });
    expect(lucca.reports).toEqual([]);
  });

  test('from an unknown template answers 404, and spares the previous report', async () => {
    const { createReport, checkReport } = await openTenant();
    await createReport();
    expect((await createReport({ templateId: 43 })).status).toBe(404);
    expect((await checkReport(1001)).status).toBe(200);
  });

  test('takes filters, and the template id as a string', async () => {
    const { createReport } = await openTenant();
    const filters = [{ kind: 'ownerLegalEntityId', values: [1] }];
    expect(await createReport({ templateId: '42', filters })).toMatchObject({
      status: 200,
      body: { templateId: 42 },
    });
    expect((await createReport({ filters: null })).status).toBe(200);
  });
});

describe('checking a report', () => {
  test('finds it pending until its generation has ended, then done', async () => {
    const { createReport, checkReport, clock } = await openTenant({ generationSeconds: 30 });
    await createReport();
    await clock.sleep(29_999);
    expect((await checkReport(1001)).body).toMatchObject({ id: 1001, status: 'pending' });
    await clock.sleep(1);
    expect((await checkReport(1001)).body).toMatchObject({ id: 1001, status: 'done', templateId: 42 });
  });

  test('finds it for a day', async () => {
    const { createReport, checkReport, download, clock } = await openTenant();
    await createReport();
    await clock.sleep(24 * 3_600_000 - 1);
    expect((await checkReport(1001)).status).toBe(200);
    await clock.sleep(1);
    expect((await checkReport(1001)).status).toBe(404);
    expect((await download(1001, 'csv')).status).toBe(404);
  });

  test('never finds another key’s, nor one that was never made', async () => {
    const { createReport, checkReport, download } = await openTenant({ generationSeconds: 0 });
    await createReport({}, 'second');
    expect((await checkReport(1001, 'first')).status).toBe(404);
    expect((await download(1001, 'excel', 'first')).status).toBe(404);
    expect((await checkReport(1002, 'second')).status).toBe(404);
  });
});

describe('a report is deleted as soon as the same key has another one generated', () => {
  test('from whichever template', async () => {
    const { createReport, checkReport, download, post } = await openTenant();
    const { body } = await post(`${api}/report-templates`, guideTemplate);
    await createReport();
    await createReport({ templateId: body['id'] });
    expect((await checkReport(1001)).status).toBe(404);
    expect((await download(1001, 'csv')).status).toBe(404);
    expect((await checkReport(1002)).status).toBe(200);
  });

  test('but not by another key', async () => {
    const { createReport, checkReport, lucca } = await openTenant();
    await createReport({}, 'first');
    await createReport({}, 'second');
    expect((await checkReport(1001)).status).toBe(200);
    expect(lucca.supersededReports).toEqual([]);
  });

  test('which is noted when nobody had its content yet', async () => {
    const { createReport, clock, lucca } = await openTenant();
    await createReport({}, 'second');
    await createReport({}, 'second');
    await clock.sleep(4000);
    await createReport({}, 'second');
    const at = Date.parse(start);
    expect(lucca.supersededReports).toEqual([
      { reportId: 1001, supersededBy: 1002, apiKey: 1, status: 'pending', at },
      { reportId: 1002, supersededBy: 1003, apiKey: 1, status: 'done', at: at + 4000 },
    ]);
    expect(lucca.reports.map(({ deleted }) => deleted)).toEqual(['superseded', 'superseded', undefined]);
  });

  test('which is no loss when it was downloaded, had failed or had expired', async () => {
    const { createReport, finishedReport, download, clock, lucca } = await openTenant();
    await (await download(await finishedReport(), 'csv')).arrayBuffer();
    expect(lucca.reports[0]?.downloaded).toEqual(['csv']);
    lucca.addFault({ on: 'createReport', kind: 'generationError' });
    await finishedReport();
    await createReport();
    await clock.sleep(24 * 3_600_000);
    await createReport();
    expect(lucca.supersededReports).toEqual([]);
  });
});
