import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { LuccaClient } from '../../../lambdas/lucca/client.ts';
import guideTemplate from '../../../local/lucca-simulator/guide-template.json' with { type: 'json' };
import packageJson from '../../../package.json' with { type: 'json' };
import {
  type Answer,
  file,
  json,
  type LuccaServer,
  raw,
  startLuccaServer,
} from '../../support/lucca-server.ts';
import { everythingIn, failureOf } from '../support/failure.ts';
import { apiKey, clientOf } from '../support/lucca.ts';

let server: LuccaServer;
let client: LuccaClient;
beforeEach(async () => {
  server = await startLuccaServer();
  client = clientOf(server);
});
afterEach(() => server[Symbol.asyncDispose]());

const october = { templateId: 42, startsOn: '2026-10-01', endsOn: '2026-10-31' };

describe('a request', () => {
  test.each<[string, Answer, () => Promise<unknown>, string, unknown]>([
    [
      'that creates a template posts the payload untouched',
      json(200, { id: 7 }),
      () => client.createTemplate(guideTemplate),
      'POST /timmi-timesheet/api/report-templates',
      guideTemplate,
    ],
    [
      'that creates a report posts the template and the dates',
      json(200, { id: 7 }),
      () => client.createReport(october),
      'POST /timmi-timesheet/api/reports',
      october,
    ],
    [
      "that creates a report of the template's own period posts nulls",
      json(200, { id: 7 }),
      () => client.createReport({ templateId: 42, startsOn: null, endsOn: null }),
      'POST /timmi-timesheet/api/reports',
      { templateId: 42, startsOn: null, endsOn: null },
    ],
    [
      'for the status gets the report',
      json(200, { status: 'done' }),
      () => client.reportStatus(1017),
      'GET /timmi-timesheet/api/reports/1017',
      undefined,
    ],
    [
      'for a CSV file gets it',
      file('a'),
      () => client.download(1017, 'csv'),
      'GET /timmi-timesheet/api/reports/1017/download-csv',
      undefined,
    ],
    [
      'for an Excel file gets it',
      file('a'),
      () => client.download(1017, 'excel'),
      'GET /timmi-timesheet/api/reports/1017/download-excel',
      undefined,
    ],
  ])('%s', async (_, answer, send, line, body) => {
    server.answerNext(answer);
    await send();
    const [request] = server.requests;
    expect(server.requests).toHaveLength(1);
    expect(`${request!.method} ${request!.path}`).toBe(line);
    expect(request!.body === '' ? undefined : JSON.parse(request!.body)).toEqual(body);
    expect(request!.headers['content-type']).toBe(body === undefined ? undefined : 'application/json');
    expect(request!.headers).toMatchObject({
      authorization: `lucca application=${apiKey}`,
      'user-agent': `lucca-report-export/${packageJson.version}`,
      'accept-encoding': 'identity',
    });
  });

  test('keeps the order and the accents of a template, byte for byte', async () => {
    server.answerNext(json(200, { id: 7 }));
    await client.createTemplate(guideTemplate);
    expect(server.requests[0]!.body).toBe(JSON.stringify(guideTemplate));
    expect(server.requests[0]!.body).toContain('Écart');
  });
});

describe('an id is read', () => {
  test.each<[string, Answer]>([
    ['from a 200', json(200, { id: 1017, status: 'pending' })],
    ['from a 201', json(201, { id: 1017, status: 'pending' }, { Location: '/reports/1017' })],
    ['written as a string', json(201, { id: '1017', templateId: '42' })],
    [
      'among fields that nobody announced',
      json(200, { columns: [{ kind: 'x' }], id: 1017, future: { id: 1 } }),
    ],
    ['whatever type the answer claims', json(200, { id: 1017 }, { 'Content-Type': 'text/plain' })],
    ['without any type', raw(200, '{"id":1017}')],
    ['from a document that is nearly a megabyte', json(200, { id: 1017, columns: 'x'.repeat(1_000_000) })],
  ])('%s', async (_, answer) => {
    server.answerNext(answer, answer);
    expect(await client.createReport(october)).toBe(1017);
    expect(await client.createTemplate({})).toBe(1017);
  });
});

test.each(['pending', 'done', 'error'] as const)('the status %s is read', async (status) => {
  server.answerNext(json(200, { id: 1017, status, progress: 0.5 }));
  expect(await client.reportStatus(1017)).toBe(status);
});

const html = '<!DOCTYPE html><html><body>Martin Dupont, sign in</body></html>';

describe('an answer that is not what the API promises is an UnexpectedResponseError', () => {
  test.each<[string, Answer, RegExp]>([
    [
      'when it is a web page',
      raw(200, html, { 'Content-Type': 'text/html; charset=utf-8' }),
      /text\/html.*JSON/,
    ],
    [
      'when it is a web page that claims to be JSON',
      raw(200, html, { 'Content-Type': 'application/json' }),
      /JSON/,
    ],
    ['when it is cut JSON', raw(200, '{"id":10', { 'Content-Type': 'application/json' }), /JSON/],
    ['when it is empty', raw(200, ''), /JSON/],
    ['when it is empty on purpose', raw(204, ''), /JSON/],
    ['when it is a list', json(200, [{ id: 1017 }]), /object/],
    ['when it is null', json(200, null), /object/],
    ['when the id is missing', json(200, { status: 'pending' }), /id: .*missing/],
    ['when the id is null', json(200, { id: null }), /id: .*null/],
    ['when the id is 0', json(200, { id: 0 }), /id: /],
    ['when the id is negative', json(200, { id: -1 }), /id: /],
    ['when the id is a fraction', json(200, { id: 1.5 }), /id: /],
    ['when the id is some other text', json(200, { id: 'a1b2' }), /id: /],
    ['when the id is a path', json(200, { id: '../reports/1' }), /id: /],
    ['when no number holds the id exactly', raw(200, '{"id":90071992547409931}'), /id: /],
    ['when no number holds the id exactly, be it a string', json(200, { id: '90071992547409931' }), /id: /],
    [
      'when it is several megabytes of JSON',
      json(200, { id: 1, text: 'x'.repeat(3_000_000) }),
      /1048576 bytes/,
    ],
  ])('%s', async (_, answer, message) => {
    server.answerNext(answer);
    const error = await failureOf(client.createReport(october));
    expect(error.name).toBe('UnexpectedResponseError');
    expect(error.message).toMatch(message);
  });

  test.each([
    ['unknown', { id: 1017, status: 'queued' }, 'UnexpectedResponseError'],
    ['in other words', { id: 1017, status: 'Finished' }, 'UnexpectedResponseError'],
    ['a number, as .NET writes enums (azure-docs 36931)', { id: 1017, status: 2 }, 'UnexpectedResponseError'],
    // Perhaps nothing that Lucca has said.
    ['missing', { id: 1017 }, 'LuccaUnavailableError'],
    ['null', { id: 1017, status: null }, 'LuccaUnavailableError'],
    ['a number of nothing', { status: 2 }, 'LuccaUnavailableError'],
  ])('when the status is %s, the known ones being listed', async (_, document, name) => {
    server.answerNext(json(200, document));
    const error = await failureOf(client.reportStatus(1017));
    expect(error.name).toBe(name);
    expect(error.message).toMatch(/status: expected .*"pending", "done", "error"/);
    expect(error.message).toContain(`GET ${server.url}/timmi-timesheet/api/reports/1017`);
  });

  test.each([{}, { id: null }, { id: 'a1b2' }])(
    'and says in words what an id is, given %j',
    async (document) => {
      server.answerNext(json(200, document));
      const { message } = await failureOf(client.createReport(october));
      expect(message).toMatch(/id: expected /);
      expect(message).not.toContain('Invalid input');
    },
  );

  test('and names the request, however long the answer is', async () => {
    server.answerNext(json(200, { id: 1, text: 'x'.repeat(3_000_000) }));
    const { message } = await failureOf(client.createReport(october));
    expect(message).toContain(`POST ${server.url}/timmi-timesheet/api/reports`);
  });

  test('and says nothing of a web page', async () => {
    server.answerNext(raw(200, html, { 'Content-Type': 'text/html' }));
    expect(everythingIn(await failureOf(client.createReport(october)))).not.toContain('Dupont');
  });

  test.each<[string, unknown]>([
    ['as the id', { id: apiKey }],
    ['as the whole document', apiKey],
    ['within a list', [`lucca application=${apiKey}`]],
  ])('and never shows an API key that Lucca echoes %s', async (_, document) => {
    server.answerNext(json(200, document));
    expect(everythingIn(await failureOf(client.createReport(october)))).not.toContain(apiKey);
  });
});
