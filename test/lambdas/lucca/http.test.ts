import { inspect } from 'node:util';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { LuccaClient } from '../../../lambdas/lucca/client.ts';
import { networkError } from '../../../lambdas/lucca/refusals.ts';
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

const failing = (operation: Operation = 'creating a report', lucca = client) =>
  failureOf(operations[operation](lucca));

describe('the status', () => {
  const cases: [number, string][] = [
    [300, 'UnexpectedResponseError'],
    [304, 'UnexpectedResponseError'],
    [400, 'LuccaRejectedError'],
    [402, 'LuccaRejectedError'],
    [405, 'LuccaRejectedError'],
    [408, 'LuccaUnavailableError'],
    [409, 'LuccaUnavailableError'],
    [413, 'LuccaRejectedError'],
    [422, 'LuccaRejectedError'],
    [423, 'LuccaUnavailableError'],
    [425, 'LuccaUnavailableError'],
    [429, 'RateLimitedError'],
    [500, 'LuccaUnavailableError'],
    [502, 'LuccaUnavailableError'],
    [503, 'LuccaBusyError'],
    [504, 'LuccaUnavailableError'],
    [522, 'LuccaUnavailableError'],
  ];
  test.each(
    cases.flatMap(([status, name]) => everyOperation.map((operation) => [status, operation, name] as const)),
  )('%i when %s is a %s', async (status, operation, name) => {
    server.answerNext(raw(status, '', { 'Retry-After': '1' }));
    const error = await failing(operation);
    // What redirects while polling isn't Lucca, and passes.
    const passes = status < 400 && operation === 'checking a report';
    expect(error.name).toBe(passes ? 'LuccaUnavailableError' : name);
    expect(error.message).toContain(`${server.requests[0]!.method} ${server.url}${server.requests[0]!.path}`);
    expect(error.message).toContain(String(status));
    expect(server.requests).toHaveLength(1);
  });

  test.each<[Operation, string, RegExp]>([
    ['creating a template', 'LuccaRejectedError', /domain/],
    ['creating a report', 'TemplateNotFoundError', /Report template 42 .*check its id/],
    ['checking a report', 'ReportNotFoundError', /Report 1017 .*another report.*key of its own/],
    ['downloading a report', 'ReportNotFoundError', /Report 1017 .*another report.*key of its own/],
  ])('404 or 410 when %s is a %s that says what to do', async (operation, name, advice) => {
    // A download that is missing has the report asked for.
    server.answerNext(problem(404, { title: 'Not found' }), problem(404, { title: 'Not found' }));
    const error = await failing(operation);
    expect(error.name).toBe(name);
    expect(error.message).toMatch(advice);
    expect(error.message).toContain('Not found');
    server.answerNext(problem(410, {}), problem(410, {}));
    expect((await failing(operation)).name).toBe(name);
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
    ['404', raw(404, ''), 'TemplateNotFoundError'],
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

/** An answer whose server has a clock of its own. */
const at =
  (date: string, answer: Answer): Answer =>
  (response, request) => {
    response.setHeader('Date', date);
    return answer(response, request);
  };

describe.each([
  [429, 'RateLimitedError'],
  [503, 'LuccaBusyError'],
])('a %i', (status, busy) => {
  // The export is at 05:00 and must be over by 09:00.
  test.each<[string, string, number]>([
    ['seconds', '17', 17],
    ['no seconds', '0', 0],
    ['a date', 'Mon, 02 Nov 2026 05:00:42 GMT', 42],
    ['a date that is over', 'Mon, 02 Nov 2026 04:59:00 GMT', 0],
    ['an empty hint, which is taken for a minute', '', 60],
    ['words for a hint', 'soon', 60],
    ['until the very deadline', '14400', 14_400],
  ])('with %s', async (_, retryAfter, seconds) => {
    const headers = { Date: 'Mon, 02 Nov 2026 05:00:00 GMT', 'Retry-After': retryAfter };
    server.answerNext(problem(status, { title: 'Too many requests' }, headers));
    const error = await failing('creating a report');
    expect(error.name).toBe(busy);
    expect(error.message).toContain(`answered ${status}, retry after ${seconds} s`);
  });

  test.each<[string, string, RegExp]>([
    ['until past the deadline', '14401', /14401 s.*past .*deadline 2026-11-02T09:00:00/],
    ['until a date past the deadline', 'Tue, 03 Nov 2026 05:00:00 GMT', /86400 s.*past .*deadline/],
    ['for ever', '9'.repeat(40), /past .*deadline/],
  ])('%s ends the export', async (_, retryAfter, message) => {
    const headers = { Date: 'Mon, 02 Nov 2026 05:00:00 GMT', 'Retry-After': retryAfter };
    server.answerNext(problem(status, {}, headers), problem(status, {}, headers));
    const error = await failing('creating a report');
    expect(error.name).toBe('ReportTimedOutError');
    expect(error.message).toMatch(message);
    // A poll comes back at the deadline at the latest: the report may be done by then.
    expect((await failing('checking a report')).message).toContain('retry after 14400 s');
  });
});

test('a 429 without a hint is taken for a minute, a 503 for an outage', async () => {
  server.answerNext(raw(429, ''), raw(503, ''));
  expect((await failing()).message).toContain('retry after 60 s');
  expect((await failing()).name).toBe('LuccaUnavailableError');
});

test('a date counts from the time of the answer, else from that of the state, not from any clock', async () => {
  const call = { now: '2001-01-01T00:00:00Z', deadline: '2001-01-01T01:00:00Z' };
  const lucca = clientOf(server, { call });
  const hint = { 'Retry-After': 'Mon, 01 Jan 2001 02:00:30 GMT' };
  server.answerNext(at('Mon, 01 Jan 2001 02:00:00 GMT', raw(429, '', hint)));
  expect((await failing('checking a report', lucca)).message).toContain('retry after 30 s');
  server.answerNext((response, request) => {
    response.sendDate = false;
    return raw(429, '', { 'Retry-After': 'Mon, 01 Jan 2001 00:00:42 GMT' })(response, request);
  });
  expect((await failing('checking a report', lucca)).message).toContain('retry after 42 s');
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
    ['what a terminal obeys', { detail: 'One\u001B[2J\u0007\0two\u202Ethree' }, 'One [2J two three'],
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

  test.each<[string, Answer, string]>([
    ['nothing', raw(400, ''), '400 without problem details'],
    ['a list', json(400, ['Martin Dupont']), '400 without problem details'],
    ['a list of errors', json(400, [{ code: 7, message: 'Too long.' }]), '400 saying: Too long.'],
    [
      'an error in an error',
      json(400, { error: { code: 7, message: 'Too long.' } }),
      '400 saying: Too long.',
    ],
    ['a text', json(400, 'Too long.'), '400 saying: Too long.'],
    [
      'an exception',
      json(400, { Message: 'An error has occurred.', ExceptionMessage: 'Too long.' }),
      '400 saying: An error has occurred.; Too long.',
    ],
    ['other fields', json(400, { owner: 'Martin Dupont' }), '400 without problem details'],
    ['a message', json(400, { Message: 'Too long.', owner: 'Martin Dupont' }), '400 saying: Too long.'],
    ['an error', json(400, { error: 'invalid', error_description: 'No.' }), '400 saying: invalid; No.'],
  ])('may be %s, of which only reasons are quoted', async (_, answer, told) => {
    server.answerNext(answer);
    const { message } = await failing('creating a report');
    expect(message).toContain(told);
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
    ['in another case', { title: `Invalid key ${apiKey.toUpperCase()}` }],
    ['encoded', { title: `Invalid header ${Buffer.from(`lucca application=${apiKey}`).toString('base64')}` }],
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
      expect(seen.toLowerCase()).not.toContain(apiKey.slice(0, 8));
      expect(seen).not.toContain(Buffer.from(apiKey).toString('base64').slice(0, 8));
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

describe('what something else answers in the stead of Lucca', () => {
  const page = '<html><body>Martin Dupont</body></html>';
  test.each<[string, Answer]>([
    ['a page of a firewall', raw(403, page, { 'Content-Type': 'text/html' })],
    ['a login page', raw(401, page)],
    ['a page that is not found', raw(404, `<!DOCTYPE html>${page}`)],
    ['a page of much text', raw(404, page + 'x'.repeat(900_000))],
    ['a page of several megabytes', raw(404, page + 'x'.repeat(3_000_000))],
    ['a sentence', raw(400, 'Martin Dupont')],
    ['an empty list', json(403, [])],
    ['a word of JSON', json(403, true)],
    ['nothing in JSON', json(404, null)],
  ])('is an UnexpectedResponseError that says who may be to blame: %s', async (_, answer) => {
    server.answerNext(answer, answer);
    const error = await failing();
    expect(error.name).toBe('UnexpectedResponseError');
    expect(error.message).toMatch(
      /answered 40\d with (a web page|text|JSON that tells nothing|a body that is too long): .*firewall.*proxy/,
    );
    expect(error.message).not.toContain('Dupont');
  });

  test.each([500, 502, 503])('is an outage when it is a %i', async (status) => {
    server.answerNext(raw(status, page + 'x'.repeat(3_000_000), { 'Content-Type': 'text/html' }));
    expect((await failing()).name).toBe('LuccaUnavailableError');
  });
});

test.each([
  ['another report', { id: 999, status: 'done' }],
  ['a service', { status: 'error', message: 'Service temporarily unavailable' }],
  ['a service, with an id that is null', { id: null, status: 'error', message: 'Unavailable' }],
])('a status that is about %s is not that of the report', async (_, document) => {
  server.answerNext(json(200, document));
  const error = await failing('checking a report');
  expect(error.name).toBe('LuccaUnavailableError');
  expect(error.message).toContain('expected to hear of what was asked for');
});

test.each([
  { status: 'error' },
  { status: 'error', message: null },
  { id: null, status: 'error', message: null },
])('the status is that of the report: %j', async (document) => {
  server.answerNext(json(200, document));
  expect(await client.reportStatus(1017)).toBe('error');
});

test('a status that nobody knows and that names no report passes', async () => {
  server.answerNext(json(200, { status: 'fail' }));
  expect((await failing('checking a report')).name).toBe('LuccaUnavailableError');
});

test("a refusal that is nested beyond reason is nobody's", async () => {
  const deep = `{"title":"Bad dates","errors":{"a":[${'['.repeat(20_000)}${']'.repeat(20_000)}]}}`;
  server.answerNext(raw(400, deep));
  const { name, message } = await failing('creating a report');
  expect(name).toBe('UnexpectedResponseError');
  expect(message).toContain('400 with JSON that tells nothing');
});

test.each([
  ['Done', 'done'],
  ['PENDING', 'pending'],
])('the status %s is %s', async (written, status) => {
  server.answerNext(json(200, { id: '1017', status: written }));
  expect(await client.reportStatus(1017)).toBe(status);
});

test('no proxy may answer from memory', async () => {
  server.answerNext(json(200, { status: 'done' }));
  await client.reportStatus(1017);
  expect(server.requests[0]!.headers['cache-control']).toBe('no-cache');
});

test('JSON may begin with a byte order mark', async () => {
  server.answerNext(
    raw(200, '\uFEFF{"status":"done"}', { 'Content-Type': 'application/json; charset=utf-8' }),
    raw(400, '\uFEFF{"title":"Bad dates"}'),
  );
  expect(await client.reportStatus(1017)).toBe('done');
  expect((await failing('creating a report')).message).toContain('saying: Bad dates');
});

describe("a refusal whose reasons never arrive is nobody's", () => {
  test.each<[number, string]>([
    [400, 'LuccaUnavailableError'],
    [401, 'LuccaUnavailableError'],
    [404, 'LuccaUnavailableError'],
    [429, 'RateLimitedError'],
    [500, 'LuccaUnavailableError'],
  ])('when a %i breaks off, or stalls', async (status, name) => {
    const answers = (['break', 'stall'] as const).map((how) => unfinished('{"title":', how, { status }));
    // A refused key is read afresh, and sent once more.
    server.answerNext(...answers.flatMap((answer) => (status === 401 ? [answer, answer] : [answer])));
    const lucca = clientOf(server, { timeouts: { ...shortTimeouts, response: 60_000, file: 60_000 } });
    expect((await failing('checking a report', lucca)).name).toBe(name);
    expect((await failing('checking a report', lucca)).name).toBe(name);
  });
});

describe('a redirection', () => {
  test.each([301, 302, 303, 307, 308])(
    'by %i to a login page is an UnexpectedResponseError',
    async (status) => {
      server.answerNext(raw(status, '', { Location: '/identity/login?token=signed' }));
      const error = await failing();
      expect(error.name).toBe('UnexpectedResponseError');
      expect(error.message).toContain(`a redirect to ${server.url}/identity/login, probably`);
      expect(error.message).toMatch(/login page.*Check the domain/);
      expect(server.requests).toHaveLength(1);
    },
  );

  test('to another host takes no key there', async () => {
    await using other = await startLuccaServer();
    server.answerNext(raw(302, '', { Location: `${other.url}/timmi-timesheet/api/reports/1017` }));
    expect((await failing()).message).toContain(
      `a redirect to ${other.url}/timmi-timesheet/api/reports/1017,`,
    );
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

  test.each([
    ['in the answer', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz SALARY'],
    ['in its head', 'HTTP/1.1 200 OK\r\nSALARY\r\n\r\n'],
  ])('when it is not HTTP %s, of which nothing is shown (undici 807)', async (_, answer) => {
    server.answerNext((response) => void response.socket!.end(answer));
    const error = await failing();
    expect(error.name).toBe('LuccaUnavailableError');
    expect(inspect(error, { depth: 10, showHidden: true })).not.toContain('SALARY');
    // What came over the network would be in it.
    expect(error.cause).toBeUndefined();
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

test('a host that does not exist is a LuccaUnreachableError', async () => {
  const error = await failing('creating a report', clientOf({ url: 'http://acme.invalid' }));
  expect(error.name).toBe('LuccaUnreachableError');
  expect(error.message).toMatch(/got no answer: .*acme\.invalid.*Check the domain/);
});

test.each(['SELF_SIGNED_CERT_IN_CHAIN', 'ERR_TLS_CERT_ALTNAME_INVALID', 'CERT_HAS_EXPIRED'])(
  'a certificate that is refused with %s is one, too',
  (code) => {
    const reason = Object.assign(new Error('certificate refused'), { code });
    const error = networkError('GET x', new TypeError('fetch failed', { cause: reason }));
    expect(error.name).toBe('LuccaUnreachableError');
    expect(error.message).toContain(`certificate refused (${code})`);
  },
);

test('a host that refuses at each of its addresses tells why', () => {
  const refusals = ['::1', '127.0.0.1'].map((host) => new Error(`connect ECONNREFUSED ${host}:443`));
  const error = networkError('GET x', new TypeError('fetch failed', { cause: new AggregateError(refusals) }));
  expect(error.message).toBe(
    'GET x got no answer: connect ECONNREFUSED ::1:443; connect ECONNREFUSED 127.0.0.1:443',
  );
});

test('an answer in time is not cut by the timeout of the answer', async () => {
  const timeouts = { response: 2_000, file: 2_000, stall: 60_000 };
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
