import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import guideTemplate from '../../../local/lucca-simulator/guide-template.json' with { type: 'json' };
import type { Fault } from '../../../local/lucca-simulator/simulator.ts';
import { api, openTenant } from './tenant.ts';

/** What goes wrong, without the calls that it concerns. */
type FaultWithoutCalls = Fault extends infer Each ? (Each extends Fault ? Omit<Each, 'on'> : never) : never;

const downloadWith = async (fault: FaultWithoutCalls) => {
  const tenant = await openTenant();
  const id = await tenant.finishedReport({ startsOn: '2026-10-01', endsOn: '2026-10-31' });
  tenant.lucca.addFault({ on: 'downloadCsv', ...fault });
  return { ...tenant, id, file: tenant.lucca.expectedFile(id, 'csv') };
};

async function silence() {
  await new Promise((resolve) => setTimeout(resolve, 80));
  return 'silence' as const;
}

/**
 * The bytes that arrive until the connection breaks.
 * @param most after so many, it is only waited for a moment whether more come
 */
async function bytesArriving(response: Response, most = Infinity): Promise<{ bytes: number; end: string }> {
  const reader = response.body!.getReader();
  let bytes = 0;
  try {
    for (;;) {
      const next = await (bytes < most ? reader.read() : Promise.race([reader.read(), silence()]));
      if (next === 'silence') return { bytes, end: next };
      if (next.done) return { bytes, end: 'complete' };
      bytes += next.value.length;
    }
  } catch {
    return { bytes, end: 'broken' };
  }
}

/** What so many checks of a report that does not exist are answered. */
const statuses = async (faults: Fault[], calls = 4) => {
  const { checkReport } = await openTenant({ faults });
  const answers = [];
  for (let n = 0; n < calls; n++) answers.push((await checkReport(1)).status);
  return answers;
};
describe('which calls meet a fault', () => {
  const on = 'checkReport';
  const kind = 'status';

  test.each<[string, Fault[], number[]]>([
    ['the next one', [{ on, kind, status: 503 }], [503, 404, 404, 404]],
    ['the next `times`', [{ on, kind, status: 503, times: 2 }], [503, 503, 404, 404]],
    ['every one', [{ on, kind, status: 503, times: Infinity }], [503, 503, 503, 503]],
    ['the nth', [{ on, kind, status: 503, nth: 3 }], [404, 404, 503, 404]],
    ['from the nth on', [{ on, kind, status: 503, nth: 2, times: 2 }], [404, 503, 503, 404]],
    ['of any operation', [{ on: 'any', kind, status: 503 }], [503, 404, 404, 404]],
    ['of no other operation', [{ on: 'createReport', kind, status: 503 }], [404, 404, 404, 404]],
    [
      'after the fault that was added before',
      [
        { on, kind, status: 503 },
        { on, kind, status: 500 },
      ],
      [503, 500, 404, 404],
    ],
  ])('%s', async (_, faults, expected) => {
    expect(await statuses(faults)).toEqual(expected);
  });

  test('counts calls since it was added', async () => {
    const { checkReport, lucca } = await openTenant();
    await checkReport(1);
    lucca.addFault({ on, kind, status: 503, nth: 2 });
    expect((await checkReport(1)).status).toBe(404);
    expect((await checkReport(1)).status).toBe(503);
    expect(lucca.requests.map(({ fault }) => fault)).toEqual([undefined, undefined, 'status']);
  });

  test('counts no calls that were not let in', async () => {
    const { checkReport, lucca } = await openTenant({ requestsPerMinute: 1 });
    lucca.addFault({ on, kind, status: 503 });
    expect((await checkReport(1, 'unknown')).status).toBe(401);
    expect((await checkReport(1)).status).toBe(503);
    lucca.addFault({ on, kind, status: 503 });
    expect((await checkReport(1)).status).toBe(429);
  });

  test('passes over calls that it could not affect', async () => {
    const { post, createReport, lucca } = await openTenant();
    lucca.addFault({ on: 'any', kind: 'expired' });
    await post(`${api}/report-templates`, guideTemplate);
    await createReport();
    expect(lucca.requests.map(({ fault }) => fault)).toEqual([undefined, 'expired']);
  });
});

describe('a wrong answer', () => {
  test.each([400, 403, 404, 408, 429, 500, 502, 503, 504])('with status %i', async (status) => {
    const { createReport, lucca } = await openTenant({
      faults: [{ on: 'createReport', kind: 'status', status }],
    });
    const answer = await createReport();
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(answer.body).toMatchObject({ status });
    expect(lucca.reports).toEqual([]);
  });

  test('with a body and headers of one’s own', async () => {
    const { fetch, lucca } = await openTenant();
    const path = `${api}/reports/1`;
    lucca.addFault({
      on: 'any',
      kind: 'status',
      status: 502,
      body: '<h1>Bad</h1>',
      headers: { 'Content-Type': 'text/html' },
    });
    lucca.addFault({ on: 'any', kind: 'status', status: 400, body: { errors: { endsOn: ['no'] } } });
    const page = await fetch(path);
    expect([page.status, page.headers.get('content-type'), await page.text()]).toEqual([
      502,
      'text/html',
      '<h1>Bad</h1>',
    ]);
    expect(await (await fetch(path)).json()).toEqual({ errors: { endsOn: ['no'] } });
  });

  test('that asks to wait, in seconds or until a date by the clock', async () => {
    const { checkReport, lucca } = await openTenant();
    lucca.addFault({ on: 'any', kind: 'status', status: 429, retryAfter: 90 });
    lucca.addFault({ on: 'any', kind: 'status', status: 503, retryAfter: 90, retryAfterAs: 'httpDate' });
    expect((await checkReport(1)).headers.get('retry-after')).toBe('90');
    expect((await checkReport(1)).headers.get('retry-after')).toBe('Tue, 24 Nov 2026 08:01:30 GMT');
  });

  test('after the request was carried out', async () => {
    const { createReport, lucca } = await openTenant();
    lucca.addFault({ on: 'createReport', kind: 'status', status: 504, carriedOut: true });
    expect((await createReport()).status).toBe(504);
    expect(lucca.reports).toHaveLength(1);
  });

  test('that redirects to the login page, which answers 200', async () => {
    const { fetch, lucca } = await openTenant();
    lucca.addFault({ on: 'checkReport', kind: 'status', status: 302, times: 2 });
    const redirect = await fetch(`${api}/reports/1`, { redirect: 'manual' });
    expect([redirect.status, redirect.headers.get('location')]).toEqual([302, '/login']);
    const page = await fetch(`${api}/reports/1`);
    expect([page.status, page.redirected, page.headers.get('content-type')]).toEqual([
      200,
      true,
      'text/html; charset=utf-8',
    ]);
  });

  test('echoKey quotes the Authorization header', async () => {
    const { checkReport, lucca } = await openTenant();
    lucca.addFault({ on: 'checkReport', kind: 'echoKey', status: 500 });
    const { status, body } = await checkReport(1);
    expect(status).toBe(500);
    expect(body['detail']).toContain('Authorization: lucca application=first');
  });

  test('html is a login page, for a file as for JSON', async () => {
    const { fetch, lucca } = await openTenant();
    lucca.addFault({ on: 'any', kind: 'html', times: 2 });
    for (const path of [`${api}/reports/1`, `${api}/reports/1/download-csv`]) {
      const response = await fetch(path);
      expect([response.status, response.headers.get('content-type')]).toEqual([
        200,
        'text/html; charset=utf-8',
      ]);
      expect(await response.text()).toMatch(/^<!DOCTYPE html>/);
    }
  });

  test('json is labelled as a file where a file was asked for', async () => {
    const { fetch, lucca } = await openTenant();
    lucca.addFault({ on: 'any', kind: 'json', times: 2 });
    const file = await fetch(`${api}/reports/1/download-excel`);
    expect([file.status, file.headers.get('content-type')]).toEqual([200, 'application/octet-stream']);
    expect(await file.json()).toHaveProperty('message');
    const report = await fetch(`${api}/reports/1`);
    expect(report.status).toBe(200);
    expect(await report.json()).not.toHaveProperty('id');
  });
});

/** The status of a report at once and in the end, or the 404 in its place. */
const outcome = async (fault: Fault) => {
  const { createReport, checkReport, clock, lucca } = await openTenant({ faults: [fault] });
  const created = await createReport();
  expect(created).toMatchObject({ status: 200, body: { status: 'pending' } });
  const early = await checkReport(1001);
  await clock.sleep(3_600_000);
  const late = await checkReport(1001);
  return { early: early.body['status'], late: late.body['status'], lucca };
};

describe('a fault of a report', () => {
  test.each<[Fault['kind'], Fault, unknown, unknown]>([
    ['generationError', { on: 'createReport', kind: 'generationError' }, 'pending', 'error'],
    ['generationError', { on: 'checkReport', kind: 'generationError' }, 'pending', 'error'],
    ['neverDone', { on: 'createReport', kind: 'neverDone' }, 'pending', 'pending'],
    ['unknownStatus', { on: 'createReport', kind: 'unknownStatus' }, 'pending', 'archived'],
    ['unknownStatus', { on: 'createReport', kind: 'unknownStatus', status: 'Done' }, 'pending', 'Done'],
    ['expired', { on: 'createReport', kind: 'expired' }, 404, 404],
    ['expired', { on: 'checkReport', kind: 'expired', nth: 2 }, 'pending', 404],
    ['superseded', { on: 'createReport', kind: 'superseded' }, 404, 404],
    ['superseded', { on: 'checkReport', kind: 'superseded', nth: 2 }, 'pending', 404],
  ])('%s: %j', async (_, fault, early, late) => {
    expect(await outcome(fault)).toMatchObject({ early, late });
  });

  test('happens to one report, not the next', async () => {
    const { finishedReport, checkReport } = await openTenant({
      faults: [{ on: 'createReport', kind: 'generationError' }],
    });
    await finishedReport();
    await finishedReport();
    expect((await checkReport(1002)).body['status']).toBe('done');
  });

  test('expired, at its download', async () => {
    const { download, id } = await downloadWith({ kind: 'expired' });
    expect((await download(id, 'csv')).status).toBe(404);
    expect((await download(id, 'excel')).status).toBe(404);
  });

  test('superseded means that somebody with the same key had another report made', async () => {
    const { download, checkReport, id, lucca } = await downloadWith({ kind: 'superseded' });
    expect((await download(id, 'csv')).status).toBe(404);
    expect(lucca.supersededReports).toMatchObject([
      { reportId: 1001, supersededBy: 1002, apiKey: 0, status: 'done' },
    ]);
    expect((await checkReport(1002)).status).toBe(200);
  });
});

describe('a distorted answer', () => {
  test('missingId', async () => {
    const { createReport, post, lucca } = await openTenant();
    lucca.addFault({ on: 'any', kind: 'missingId', times: 2 });
    const report = await createReport();
    expect(report).toMatchObject({ status: 200, body: { status: 'pending' } });
    expect(report.body).not.toHaveProperty('id');
    expect((await post(`${api}/report-templates`, guideTemplate)).body).not.toHaveProperty('id');
    expect(lucca.reports).toHaveLength(1);
  });

  test('stringId: ids as strings, 201, and fields that nobody knows', async () => {
    const { createReport, checkReport, post, lucca } = await openTenant();
    lucca.addFault({ on: 'any', kind: 'stringId', times: 3 });
    expect(await createReport()).toMatchObject({
      status: 201,
      body: { id: '1001', templateId: '42', version: 2 },
    });
    expect(await checkReport(1001)).toMatchObject({ status: 200, body: { id: '1001', templateId: '42' } });
    const template = await post(`${api}/report-templates`, guideTemplate);
    expect(template.body).toMatchObject({ id: '43' });
    expect(template.body).not.toHaveProperty('templateId');
  });

  test('leaves errors as they are', async () => {
    const { checkReport, lucca } = await openTenant();
    lucca.addFault({ on: 'checkReport', kind: 'stringId' });
    const { status, body } = await checkReport(1);
    expect(status).toBe(404);
    expect(body).toMatchObject({ status: 404 });
    expect(body).not.toHaveProperty('id');
  });

  test('empty: 200 without a byte, which is no download', async () => {
    const { download, id, lucca } = await downloadWith({ kind: 'empty' });
    const response = await download(id, 'csv');
    expect([response.status, response.headers.get('content-length'), await response.text()]).toEqual([
      200,
      '0',
      '',
    ]);
    expect(lucca.reports[0]?.downloaded).toEqual([]);
  });
});

describe('a bad delivery', () => {
  test('noAnswer: done, but never answered', async () => {
    const { createReport, checkReport, lucca } = await openTenant({
      faults: [{ on: 'createReport', kind: 'noAnswer' }],
    });
    await expect(createReport()).rejects.toThrow('fetch failed');
    expect(lucca.requests[0]).not.toHaveProperty('status');
    expect((await checkReport(1001)).status).toBe(200);
  });

  test.each([
    ['half of the file', undefined],
    ['the headers only', 0],
    ['100 bytes', 100],
  ])('cut: %s, and the connection breaks', async (_, afterBytes) => {
    const { download, id, file, lucca } = await downloadWith({
      kind: 'cut',
      ...(afterBytes !== undefined && { afterBytes }),
    });
    const response = await download(id, 'csv');
    expect(response.headers.get('content-length')).toBe(String(file.length));
    const expected = afterBytes ?? Math.floor(file.length / 2);
    expect(await bytesArriving(response)).toEqual({ bytes: expected, end: 'broken' });
    expect(lucca.reports[0]?.downloaded).toEqual([]);
  });

  test.each([0, 100])('stall after %i bytes: nothing more, and the connection stays', async (afterBytes) => {
    const { download, id, file, lucca } = await downloadWith({ kind: 'stall', afterBytes });
    const response = await download(id, 'csv');
    expect(response.headers.get('content-length')).toBe(String(file.length));
    expect(await bytesArriving(response, afterBytes)).toEqual({ bytes: afterBytes, end: 'silence' });
    expect(lucca.reports[0]?.downloaded).toEqual([]);
  });

  test.each([undefined, 50])('wrongLength: the body ends %s bytes early', async (missingBytes) => {
    const { download, id, file, lucca } = await downloadWith({
      kind: 'wrongLength',
      ...(missingBytes !== undefined && { missingBytes }),
    });
    const response = await download(id, 'csv');
    expect(response.headers.get('content-length')).toBe(String(file.length));
    expect(await bytesArriving(response)).toEqual({
      bytes: file.length - (missingBytes ?? 1),
      end: 'broken',
    });
    expect(lucca.reports[0]?.downloaded).toEqual([]);
  });

  test('chunked: the file without a Content-Length', async () => {
    const { download, id, file, lucca } = await downloadWith({ kind: 'chunked' });
    const response = await download(id, 'csv');
    expect(response.headers.get('content-length')).toBeNull();
    expect(Buffer.from(await response.arrayBuffer())).toEqual(file);
    expect(lucca.reports[0]?.downloaded).toEqual(['csv']);
  });

  test('chunked with missing bytes looks complete', async () => {
    const { download, id, file, lucca } = await downloadWith({ kind: 'chunked', missingBytes: 30 });
    const arrived = await bytesArriving(await download(id, 'csv'));
    expect(arrived).toEqual({ bytes: file.length - 30, end: 'complete' });
    expect(lucca.reports[0]?.downloaded).toEqual([]);
  });

  test('slow: everything, little by little', async () => {
    const { download, id, file, lucca } = await downloadWith({ kind: 'slow', pauseMilliseconds: 3 });
    const began = performance.now();
    const response = await download(id, 'csv');
    expect(lucca.reports[0]?.downloaded).toEqual([]);
    expect(Buffer.from(await response.arrayBuffer())).toEqual(file);
    expect(performance.now() - began).toBeGreaterThan(25);
    expect(lucca.reports[0]?.downloaded).toEqual(['csv']);
  });

  test('slow ends when the client goes', async () => {
    const { download, id, lucca } = await downloadWith({ kind: 'slow', bytesAtATime: 100 });
    const response = await download(id, 'csv');
    await response.body!.cancel();
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(lucca.reports[0]?.downloaded).toEqual([]);
  });
});

/** Those that keep the process from ending. */
const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;

describe('closing', () => {
  test('breaks off what is under way, and frees the port', async () => {
    const { download, id, lucca } = await downloadWith({ kind: 'stall', afterBytes: 10 });
    const arriving = bytesArriving(await download(id, 'csv'));
    await lucca.close();
    expect(await arriving).toEqual({ bytes: 10, end: 'broken' });
    await expect(fetch(lucca.url)).rejects.toThrow('fetch failed');
    expect((await openTenant({ port: Number(new URL(lucca.url).port) })).lucca.url).toBe(lucca.url);
  });

  test.each([
    ['says nothing', ''],
    ['has sent half a head', 'GET /timmi'],
    ['has sent half a body', 'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\n12345'],
    ['reads none of many answers', 'GET /login HTTP/1.1\r\nhost: x\r\n\r\n'.repeat(1000)],
    ['does not speak HTTP', '\u0016\u0003\u0001\r\n\r\n'],
  ])('ends while a client %s', async (_, sent) => {
    const { lucca } = await openTenant();
    const socket = connect(Number(new URL(lucca.url).port), '127.0.0.1').pause();
    const gone = new Promise((resolve) => socket.on('error', () => undefined).on('close', resolve));
    await new Promise((resolve) => socket.once('connect', resolve));
    socket.write(sent);
    await new Promise((resolve) => setTimeout(resolve, 20));
    await lucca.close();
    socket.resume();
    await expect(gone).resolves.toBeTypeOf('boolean');
  });

  test('leaves no timer behind: the pauses of a slow answer keep no process from ending', async () => {
    const { download, id, lucca } = await downloadWith({ kind: 'slow', pauseMilliseconds: 60_000 });
    const before = timers();
    const arriving = bytesArriving(await download(id, 'csv'));
    await lucca.close();
    expect(await arriving).toMatchObject({ end: 'broken' });
    expect(timers()).toBeLessThanOrEqual(before);
  });

  test('twice does no harm', async () => {
    const { lucca } = await openTenant();
    await lucca.close();
    await expect(lucca.close()).resolves.toBeUndefined();
  });
});
