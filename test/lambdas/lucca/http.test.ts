import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { LuccaClient } from '../../../lambdas/lucca/client.ts';
import type { ApiKeySource } from '../../../lambdas/aws/api-key.ts';
import {
  type Answer,
  dropped,
  json,
  type LuccaServer,
  problem,
  raw,
  silence,
  startLuccaServer,
  unfinished,
} from '../../support/lucca-server.ts';
import { everythingIn, failureOf } from '../support/failure.ts';
import { apiKey, callTo, clientOf, shortTimeouts } from '../support/lucca.ts';

let server: LuccaServer;
let client: LuccaClient;
beforeEach(async () => {
  server = await startLuccaServer();
  client = clientOf(server);
});
afterEach(() => server[Symbol.asyncDispose]());

const operations = {
  'creating a template': (lucca) => lucca.createTemplate({ name: 'Temps' }),
  'creating a report': (lucca) => lucca.createReport({ templateId: 42, startsOn: null, endsOn: null }),
  'checking a report': (lucca) => lucca.reportStatus(1017),
  'downloading a report': (lucca) => lucca.download(1017, 'csv'),
} satisfies Record<string, (lucca: LuccaClient) => Promise<unknown>>;
type Operation = keyof typeof operations;
const everyOperation = Object.keys(operations) as Operation[];

const failing = (operation: Operation = 'checking a report', lucca = client) =>
  failureOf(operations[operation](lucca));

describe('the status', () => {
  const cases: [number, string][] = [
    [300, 'UnexpectedResponseError'],
    [304, 'UnexpectedResponseError'],
    [400, 'LuccaRejectedError'],
    [402, 'LuccaRejectedError'],
    [405, 'LuccaRejectedError'],
    [408, 'LuccaUnavailableError'],
    [409, 'LuccaRejectedError'],
    [410, 'LuccaRejectedError'],
    [413, 'LuccaRejectedError'],
    [422, 'LuccaRejectedError'],
    [429, 'RateLimitedError'],
    [500, 'LuccaUnavailableError'],
    [502, 'LuccaUnavailableError'],
    [503, 'LuccaUnavailableError'],
    [504, 'LuccaUnavailableError'],
    [522, 'LuccaUnavailableError'],
  ];
  test.each(
    cases.flatMap(([status, name]) => everyOperation.map((operation) => [status, operation, name] as const)),
  )('%i when %s is a %s', async (status, operation, name) => {
    server.answerNext(raw(status, '', { 'Retry-After': '1' }));
    const error = await failing(operation);
    expect(error.name).toBe(name);
    expect(error.message).toContain(`${server.requests[0]!.method} ${server.url}${server.requests[0]!.path}`);
    expect(error.message).toContain(String(status));
    expect(server.requests).toHaveLength(1);
  });

  test.each<[Operation, string, RegExp]>([
    ['creating a template', 'LuccaRejectedError', /domain/],
    ['creating a report', 'TemplateNotFoundError', /Report template 42 .*check its id/],
    ['checking a report', 'ReportNotFoundError', /Report 1017 .*another report.*key of its own/],
    ['downloading a report', 'ReportNotFoundError', /Report 1017 .*another report.*key of its own/],
  ])('404 when %s is a %s that says what to do', async (operation, name, advice) => {
    server.answerNext(problem(404, { title: 'Not found' }));
    const error = await failing(operation);
    expect(error.name).toBe(name);
    expect(error.message).toMatch(advice);
    expect(error.message).toContain('Not found');
  });
});

/** Hands out one key, and another once asked to read it afresh. */
function rotatingKey() {
  const asked: boolean[] = [];
  const source: ApiKeySource = async ({ fresh }) => {
    asked.push(fresh);
    return fresh ? 'new-key' : 'old-key';
  };
  return { source, asked };
}

const unreadable: ApiKeySource = async ({ fresh }) => {
  if (fresh) throw new Error('Secrets Manager is away');
  return apiKey;
};

describe('a refused API key', () => {
  test.each([401, 403])('is read afresh after a %i, and the request succeeds', async (status) => {
    const { source, asked } = rotatingKey();
    server.answerNext(problem(status, { title: 'Unauthorized' }), json(200, { status: 'done' }));
    expect(await clientOf(server, { key: source }).reportStatus(1017)).toBe('done');
    expect(asked).toEqual([false, true]);
    const sent = server.requests.map(({ headers }) => headers.authorization);
    expect(sent).toEqual(['lucca application=old-key', 'lucca application=new-key']);
  });

  test('is read afresh, and the same body sent again', async () => {
    server.answerNext(raw(401, 'no'), json(201, { id: 7 }));
    expect(await client.createReport({ templateId: 42, startsOn: null, endsOn: null })).toBe(7);
    const [first, second] = server.requests;
    expect(second!.body).toBe(first!.body);
    expect(second!.method).toBe('POST');
  });

  test.each(everyOperation.flatMap((operation) => [401, 403].map((status) => [status, operation] as const)))(
    'twice %i when %s is an AuthenticationError that says what to do',
    async (status, operation) => {
      server.answerNext(raw(status, ''), problem(status, { detail: 'The key was revoked' }));
      const error = await failing(operation);
      expect(error.name).toBe('AuthenticationError');
      expect(error.message).toMatch(/The key was revoked.*read afresh.*check that it is valid/);
      expect(server.requests).toHaveLength(2);
    },
  );

  test.each<[string, Answer, string]>([
    ['404', raw(404, ''), 'ReportNotFoundError'],
    ['500', raw(500, ''), 'LuccaUnavailableError'],
    ['429', raw(429, ''), 'RateLimitedError'],
    ['nothing', dropped, 'LuccaUnavailableError'],
  ])('then answered with %s, the second answer counts', async (_, answer, name) => {
    server.answerNext(raw(401, ''), answer);
    expect((await failing()).name).toBe(name);
  });

  test('whose fresh reading fails is that failure', async () => {
    server.answerNext(raw(401, ''));
    expect((await failing('checking a report', clientOf(server, { key: unreadable }))).message).toMatch(
      /is away/,
    );
  });

  test('is given up on when the refusal never ends', async () => {
    server.answerNext(unfinished('{', 'stall', { status: 401 }), json(200, { status: 'done' }));
    expect(await client.reportStatus(1017)).toBe('done');
  });
});

describe('a 429', () => {
  // The export is at 05:00 and must be over by 09:00.
  test.each<[string, Record<string, string>, string, RegExp]>([
    ['with seconds', { 'Retry-After': '17' }, 'RateLimitedError', /retry after 17 s/],
    ['with no seconds', { 'Retry-After': '0' }, 'RateLimitedError', /retry after 0 s/],
    [
      'with a date',
      { 'Retry-After': 'Mon, 02 Nov 2026 05:00:42 GMT' },
      'RateLimitedError',
      /retry after 42 s/,
    ],
    [
      'with a date that is over',
      { 'Retry-After': 'Mon, 02 Nov 2026 04:59:00 GMT' },
      'RateLimitedError',
      /retry after 0 s/,
    ],
    ['without a hint, which is taken for a minute', {}, 'RateLimitedError', /retry after 60 s/],
    ['with an empty hint', { 'Retry-After': '' }, 'RateLimitedError', /retry after 60 s/],
    ['with words for a hint', { 'Retry-After': 'soon' }, 'RateLimitedError', /retry after 60 s/],
    ['until the very deadline', { 'Retry-After': '14400' }, 'RateLimitedError', /retry after 14400 s/],
    [
      'until past the deadline',
      { 'Retry-After': '14401' },
      'ReportTimedOutError',
      /14401 s.*past .*deadline 2026-11-02T09:00:00/,
    ],
    [
      'until a date past the deadline',
      { 'Retry-After': 'Tue, 03 Nov 2026 05:00:00 GMT' },
      'ReportTimedOutError',
      /86400 s.*past .*deadline/,
    ],
    ['for ever', { 'Retry-After': '9'.repeat(40) }, 'ReportTimedOutError', /past .*deadline/],
  ])('%s', async (_, headers, name, message) => {
    server.answerNext(problem(429, { title: 'Too many requests' }, headers));
    const error = await failing();
    expect(error.name).toBe(name);
    expect(error.message).toMatch(message);
  });

  test('counts from the time of the state, not from any clock', async () => {
    const call = { now: '2001-01-01T00:00:00Z', deadline: '2001-01-01T01:00:00Z' };
    server.answerNext(raw(429, '', { 'Retry-After': 'Mon, 01 Jan 2001 00:00:30 GMT' }));
    const error = await failing('checking a report', clientOf(server, { call }));
    expect(error.message).toMatch(/retry after 30 s/);
  });
});

describe('problem details', () => {
  test.each<[string, object | string, string]>([
    [
      'title and detail',
      { type: 'about:blank', title: 'Bad dates', detail: 'Ends too early.' },
      'Bad dates; Ends too early.',
    ],
    [
      'a list of messages by field',
      { title: 'Invalid', errors: { startsOn: ['Is required.', 'Is late.'] } },
      'Invalid; startsOn: Is required. Is late.',
    ],
    [
      'one message by field',
      { errors: { 'columns[0].kind': 'Unknown column.' } },
      'columns[0].kind: Unknown column.',
    ],
    ['line breaks, which are dropped', { detail: 'One\r\ntwo\n\tthree' }, 'One two three'],
    ['a detail that is null', { title: 'Bad dates', detail: null }, 'Bad dates'],
    ['fields without messages', { title: 'Bad dates', errors: null }, 'Bad dates'],
    ['messages in another form', { title: 'Bad dates', errors: { startsOn: [{ code: 7 }] } }, 'Bad dates'],
    ['a message by field that is null', { title: 'Bad dates', errors: { startsOn: null } }, 'Bad dates'],
  ])('are told when they hold %s', async (_, details, told) => {
    server.answerNext(json(400, details, { 'Content-Type': 'application/problem+json' }));
    const error = await failing('creating a report');
    expect(error.name).toBe('LuccaRejectedError');
    expect(error.message).toContain(`answered 400 saying: ${told}`);
    expect(error.message).toMatch(/Mend the request/);
  });

  test.each<[string, Answer]>([
    ['a web page', raw(400, '<html>Martin Dupont</html>', { 'Content-Type': 'text/html' })],
    ['text', raw(400, 'Martin Dupont')],
    ['nothing', raw(400, '')],
    ['a list', json(400, ['Martin Dupont'])],
    ['other fields', json(400, { message: 'x', owner: 'Martin Dupont' })],
  ])('are missed when the answer is %s, which is not quoted', async (_, answer) => {
    server.answerNext(answer);
    const { message } = await failing('creating a report');
    expect(message).toContain('400 without problem details');
    expect(message).not.toContain('Dupont');
  });

  test('are cut when they are very long', async () => {
    server.answerNext(problem(400, { detail: 'x'.repeat(100_000) }));
    expect((await failing('creating a report')).message.length).toBeLessThan(2000);
  });

  test('are cut when there are very many', async () => {
    server.answerNext(problem(503, { errors: Array.from({ length: 200_000 }, () => 1) }));
    const { name, message } = await failing('creating a report');
    expect(name).toBe('LuccaUnavailableError');
    expect(message).toContain('answered 503 saying: 0: 1; 1: 1; ');
  });

  test.each<[string, object]>([
    ['in the title', { title: `Invalid key ${apiKey}` }],
    ['in the detail, twice', { detail: `${apiKey} is not ${apiKey}.` }],
    ['in a message by field', { errors: { authorization: [`lucca application=${apiKey}`] } }],
    ['as the name of a field', { errors: { [apiKey]: 'is unknown' } }],
    ['where a long text is cut', { detail: `${'x'.repeat(990)}${apiKey}` }],
  ])('never show an API key that they echo %s', async (_, details) => {
    const answers = [401, 401, 400, 404, 500].map((status) => problem(status, details));
    server.answerNext(...answers);
    for (const status of [401, 400, 404, 500]) {
      const seen = everythingIn(await failing('creating a report'));
      expect(seen).toContain(String(status));
      expect(seen).not.toContain(apiKey);
      expect(seen).not.toContain(apiKey.slice(0, 8));
    }
  });
});

/** A key as Lucca's server may write it in JSON. */
const escaped = (key: string) => key.replaceAll('+', String.raw`\u002B`).replaceAll('/', String.raw`\/`);

test('an API key is not shown either where JSON escapes its characters', async () => {
  const key = 'c0ffee+c0ffee/c0ffee==';
  const body = `{"title":"Invalid key ${escaped(key)}"}`;
  server.answerNext(raw(400, body), json(201, {}), raw(201, `{"id":"${escaped(key)}"}`));
  const lucca = clientOf(server, { key: async () => key });
  for (let failures = 0; failures < 3; failures++) {
    expect(everythingIn(await failing('creating a report', lucca))).not.toContain(key);
  }
});

test('an API key is not shown either where the type of the answer echoes it', async () => {
  server.answerNext(raw(200, 'no JSON', { 'Content-Type': `text/${apiKey}` }));
  const { message } = await failing('creating a report');
  expect(message).toContain('answered text/[API key]: expected a JSON document');
  expect(message).not.toContain(apiKey);
});

describe('a refusal keeps its name', () => {
  test.each<[number, string]>([
    [404, 'ReportNotFoundError'],
    [500, 'LuccaUnavailableError'],
    [503, 'LuccaUnavailableError'],
  ])('when a %i comes with a page of several megabytes', async (status, name) => {
    server.answerNext(raw(status, 'x'.repeat(3_000_000), { 'Content-Type': 'text/html' }));
    expect((await failing()).name).toBe(name);
  });
});

describe('a refusal whose reasons never arrive keeps its name', () => {
  test.each<[number, string]>([
    [400, 'LuccaRejectedError'],
    [404, 'ReportNotFoundError'],
    [429, 'RateLimitedError'],
    [500, 'LuccaUnavailableError'],
  ])('when a %i breaks off, or stalls', async (status, name) => {
    server.answerNext(
      unfinished('{"title":', 'break', { status }),
      unfinished('{"title":', 'stall', { status }),
    );
    const lucca = clientOf(server, { timeouts: { ...shortTimeouts, response: 60_000 } });
    expect((await failing('checking a report', lucca)).name).toBe(name);
    expect((await failing('checking a report', lucca)).name).toBe(name);
  });
});

describe('a redirection', () => {
  test.each([301, 302, 303, 307, 308])(
    'by %i to a login page is an UnexpectedResponseError',
    async (status) => {
      server.answerNext(raw(status, '', { Location: '/identity/login' }));
      const error = await failing();
      expect(error.name).toBe('UnexpectedResponseError');
      expect(error.message).toMatch(/login page.*Check the domain/);
      expect(server.requests).toHaveLength(1);
    },
  );

  test('to another host takes no key there', async () => {
    await using other = await startLuccaServer();
    server.answerNext(raw(302, '', { Location: `${other.url}/timmi-timesheet/api/reports/1017` }));
    expect((await failing()).name).toBe('UnexpectedResponseError');
    expect(other.requests).toEqual([]);
  });
});

describe('a network failure is a LuccaUnavailableError', () => {
  test('when the connection is refused', async () => {
    const closed = await startLuccaServer();
    await closed[Symbol.asyncDispose]();
    const error = await failing('creating a report', clientOf(closed));
    expect(error.name).toBe('LuccaUnavailableError');
    expect(error.message).toMatch(/POST http.*got no answer: .*ECONNREFUSED/);
    expect(error.cause).toBeDefined();
  });

  test('when there is no such host', async () => {
    const error = await failing('creating a report', clientOf({ url: 'http://acme.invalid' }));
    expect(error.name).toBe('LuccaUnavailableError');
    expect(error.message).toMatch(/acme\.invalid/);
  });

  test.each(everyOperation)('when the connection drops before the answer, %s', async (operation) => {
    server.answerNext(dropped);
    const error = await failing(operation);
    expect(error.name).toBe('LuccaUnavailableError');
    // A POST must not be repeated behind the back of the state machine.
    expect(server.requests).toHaveLength(1);
  });

  test.each(everyOperation)('when the answer takes longer than the timeout, %s', async (operation) => {
    server.answerNext(silence);
    const error = await failing(operation, clientOf(server, { timeouts: shortTimeouts }));
    expect(error.name).toBe('LuccaUnavailableError');
    expect(error.message).toMatch(/got no answer: .*longer than 0\.15 s/);
  });

  test('when the answer breaks off in its middle', async () => {
    server.answerNext(unfinished('{"status":', 'break', { headers: { 'Content-Length': '17' } }));
    const error = await failing();
    expect(error.name).toBe('LuccaUnavailableError');
    expect(error.message).toMatch(/broke off/);
  });

  test('when the answer stalls in its middle', async () => {
    server.answerNext(unfinished('{"status":', 'stall'));
    const error = await failing('checking a report', clientOf(server, { timeouts: shortTimeouts }));
    expect(error.name).toBe('LuccaUnavailableError');
    expect(error.message).toMatch(/broke off: .*longer than 0\.15 s/);
  });

  test('when a refusal breaks off in its middle', async () => {
    server.answerNext(unfinished('{"title":', 'break', { status: 500 }));
    expect((await failing()).name).toBe('LuccaUnavailableError');
  });

  test('and shows no key, whatever happened', async () => {
    server.answerNext(dropped, silence, unfinished('{', 'break'));
    const lucca = clientOf(server, { timeouts: shortTimeouts });
    for (let failures = 0; failures < 3; failures++) {
      expect(everythingIn(await failing('creating a report', lucca))).not.toContain(apiKey);
    }
  });

  test('and is over: the next request succeeds', async () => {
    server.answerNext(dropped, json(200, { status: 'done' }));
    await failing();
    expect(await client.reportStatus(1017)).toBe('done');
  });
});

test('an answer in time is not cut by the timeout of the answer', async () => {
  const timeouts = { response: 2_000, stall: 60_000 };
  server.answerNext(async (response) => {
    response.writeHead(200).write('{"sta');
    await delay(timeouts.response + 500);
    response.end('tus":"done"}');
  });
  expect(await clientOf(server, { timeouts }).reportStatus(1017)).toBe('done');
});

test('requests of a tenant stay below its domain', async () => {
  server.answerNext(json(200, { status: 'done' }));
  const { tenant } = callTo(`${server.url}/`);
  await clientOf(server, { call: { tenant } }).reportStatus(1017);
  expect(server.requests[0]!.path).toBe('/timmi-timesheet/api/reports/1017');
});
