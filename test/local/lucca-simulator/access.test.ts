import { describe, expect, test } from 'vitest';
import { api, openTenant, start } from './tenant.ts';

describe('the API key', () => {
  test.each([
    ['none', {}],
    ['an unknown one', { Authorization: 'lucca application=unknown' }],
    ['one under another scheme', { Authorization: 'Bearer first' }],
    ['one with something around it', { Authorization: 'lucca application=first x' }],
  ])('%s answers 401 with problem details', async (_, headers) => {
    const { lucca } = await openTenant();
    const response = await fetch(`${lucca.url}${api}/reports/1001`, { headers });
    expect(response.status).toBe(401);
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    expect(await response.json()).toMatchObject({ status: 401, title: 'Unauthorized' });
    expect(lucca.requests[0]).not.toHaveProperty('apiKey');
  });

  test('that was rotated answers 401, and its successor sees the same report', async () => {
    const { lucca, createReport, checkReport } = await openTenant();
    const { body } = await createReport();
    lucca.rotateKey('first', 'third');
    expect((await checkReport(Number(body['id']))).status).toBe(401);
    expect((await checkReport(Number(body['id']), 'third')).status).toBe(200);
  });

  test('that was rotated may leave its successor without its rights', async () => {
    const { lucca, createReport, checkReport } = await openTenant();
    const { body } = await createReport();
    lucca.rotateKey('first', 'third', 'ownRights');
    expect((await checkReport(Number(body['id']), 'third')).status).toBe(404);
    expect(lucca.requests.at(-1)).toMatchObject({ apiKey: 2, status: 404 });
  });

  test('can only be rotated when there is one', async () => {
    const { lucca } = await openTenant();
    expect(() => lucca.rotateKey('unknown', 'third')).toThrow('none of the API keys');
  });

  test('is never in the log', async () => {
    const { lucca, createReport } = await openTenant({ apiKeys: ['first', 'confidential'] });
    await createReport({}, 'confidential');
    expect(JSON.stringify(lucca.requests)).not.toContain('confidential');
  });
});

describe('the rate limit', () => {
  test('lets 50 requests a minute in, all keys together', async () => {
    const { checkReport } = await openTenant();
    for (let n = 0; n < 50; n++) expect((await checkReport(1, n % 2 ? 'first' : 'second')).status).toBe(404);
    const { status, headers, body } = await checkReport(1);
    expect(status).toBe(429);
    expect(headers.get('retry-after')).toBe('60');
    expect(body).toMatchObject({ status: 429, title: 'Too Many Requests' });
  });

  test('is over after the seconds that Retry-After asks for, and not before', async () => {
    const { checkReport, clock } = await openTenant({ requestsPerMinute: 2 });
    await checkReport(1);
    await clock.sleep(12_500);
    await checkReport(1);
    const refused = await checkReport(1);
    expect(refused.headers.get('retry-after')).toBe('48');
    await clock.sleep(47_000);
    expect((await checkReport(1)).status).toBe(429);
    await clock.sleep(1000);
    expect((await checkReport(1)).status).toBe(404);
  });

  test('counts neither requests that it refuses nor those without a key', async () => {
    const { checkReport, clock } = await openTenant({ requestsPerMinute: 1 });
    await checkReport(1, 'unknown');
    await checkReport(1);
    for (let n = 0; n < 3; n++) expect((await checkReport(1)).status).toBe(429);
    await clock.sleep(60_000);
    expect((await checkReport(1)).status).toBe(404);
  });
});

describe('the address', () => {
  test.each(['/', `${api}/report`, `${api}/reports/abc`, `${api}/reports/1/download-pdf`])(
    '%s is unknown: 404',
    async (path) => {
      const { fetch } = await openTenant();
      const response = await fetch(path);
      expect(response.status).toBe(404);
      expect(response.headers.get('content-type')).toContain('application/problem+json');
    },
  );

  test.each([
    ['GET', `${api}/report-templates`, 'POST'],
    ['GET', `${api}/reports`, 'POST'],
    ['DELETE', `${api}/reports/1`, 'GET'],
    ['POST', `${api}/reports/1/download-csv`, 'GET'],
    ['POST', `${api}/reports/1/download-excel`, 'GET'],
  ])('with the wrong method, %s %s, answers 405', async (method, path, allowed) => {
    const { fetch } = await openTenant();
    const response = await fetch(path, { method });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe(allowed);
  });
});

test('the log tells what was asked when, by which key, and what was answered', async () => {
  const { lucca, clock, createReport, checkReport } = await openTenant();
  const now = Date.parse(start);
  await createReport({}, 'second');
  await clock.sleep(1500);
  await checkReport(7);
  expect(lucca.requests).toEqual([
    {
      method: 'POST',
      path: `${api}/reports`,
      at: now,
      apiKey: 1,
      operation: 'createReport',
      status: 200,
    },
    {
      method: 'GET',
      path: `${api}/reports/7`,
      at: now + 1500,
      apiKey: 0,
      operation: 'checkReport',
      status: 404,
    },
  ]);
});

test('a mistake of the simulator’s own is no silent fault', async () => {
  const { lucca, checkReport } = await openTenant();
  lucca.addFault({ on: 'any', kind: 'status', status: 400, headers: { 'X-Bad': 'line\nbreak' } });
  const { status, body } = await checkReport(1);
  expect(status).toBe(500);
  expect(body['detail']).toContain('The simulator failed: Invalid character in header content');
});

test('answers are dated by the clock', async () => {
  const { clock, checkReport } = await openTenant();
  await clock.sleep(3_600_000);
  expect((await checkReport(1)).headers.get('date')).toBe('Tue, 24 Nov 2026 09:00:00 GMT');
});
