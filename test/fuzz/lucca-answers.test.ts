import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { LuccaClient } from '../../lambdas/lucca/client.ts';
import { type ErrorName, retryAfterPattern } from '../../lambdas/shared/errors.ts';
import { everythingIn } from '../lambdas/support/failure.ts';
import { apiKey, clientOf } from '../lambdas/support/lucca.ts';
import { type Answer, json, type LuccaServer, raw, startLuccaServer } from '../support/lucca-server.ts';
import { hostileJsonText, hostileText, runs } from './support.ts';

let server: LuccaServer;
let client: LuccaClient;
let answer: Answer;
beforeAll(async () => {
  server = await startLuccaServer();
  client = clientOf(server);
});
afterAll(() => server[Symbol.asyncDispose]());

const path = '/timmi-timesheet/api';
const calls = {
  createTemplate: [`POST`, `${path}/report-templates`, () => client.createTemplate({ name: 'Temps' })],
  createReport: [
    'POST',
    `${path}/reports`,
    () => client.createReport({ templateId: 42, startsOn: null, endsOn: null }),
  ],
  reportStatus: ['GET', `${path}/reports/1017`, () => client.reportStatus(1017)],
} as const;
type Call = keyof typeof calls;
const call = fc.constantFrom(...(Object.keys(calls) as Call[]));

const errorNames: readonly string[] = [
  'AuthenticationError',
  'TemplateNotFoundError',
  'ReportNotFoundError',
  'ReportTimedOutError',
  'RateLimitedError',
  'LuccaBusyError',
  'LuccaUnavailableError',
  'LuccaRejectedError',
  'UnexpectedResponseError',
] satisfies ErrorName[];

/** What a call comes to when every request of it is answered in this way: an id or a status, or an error. */
async function outcomeOf(call: Call, given: Answer): Promise<unknown> {
  answer = given;
  // A refused key is tried twice.
  const delegated: Answer = (response, request) => answer(response, request);
  server.answerNext(delegated, delegated);
  return calls[call][2]().catch((error: unknown) => error);
}

const isId = (value: unknown) => Number.isSafeInteger(value) && (value as number) > 0;
const isStatus = (value: unknown) => value === 'pending' || value === 'done' || value === 'error';

/** What is unsound about an outcome; errors have to say which request failed, and never the key. */
function faultsOf(call: Call, outcome: unknown): string[] {
  const [method, path] = calls[call];
  const { name, message } = outcome instanceof Error ? outcome : { name: '', message: '' };
  const failed = outcome instanceof Error;
  const told = message.slice(0, 200);
  return [
    ...(failed || (call === 'reportStatus' ? isStatus : isId)(outcome) ? [] : ['no such value']),
    ...(!failed || errorNames.includes(name) ? [] : [`no such error: ${name} ${told}`]),
    ...(!failed || message.includes(`${method} ${server.url}${path}`) ? [] : [`no request: ${told}`]),
    ...(everythingIn(outcome).includes(apiKey) ? [`the key is shown: ${told}`] : []),
    ...(message.length < 20_000 ? [] : ['too long']),
    ...(name !== 'RateLimitedError' || retryAfterPattern.test(message) ? [] : [`no seconds: ${told}`]),
    ...(/unexpected document: (?!(input|id|status): expected )/.test(message) ? [`no path: ${told}`] : []),
  ];
}

const success = fc.constantFrom(200, 201, 202);
const status = fc.oneof(
  success,
  fc.constantFrom(204, 205, 301, 304, 308, 400, 401, 403, 404, 407, 408, 421, 425, 429, 500, 503, 511),
  fc.integer({ min: 200, max: 599 }),
);

/** What HTTP lets through. */
const headerText = fc.oneof(
  hostileText.map((text) => text.replaceAll(/[^\t\x20-\x7e\x80-\xff]/g, '').slice(0, 5_000)),
  fc.constant(`lucca application=${apiKey}`),
);
const type = fc.oneof(
  fc.constantFrom(
    'application/json',
    'application/problem+json',
    'text/html',
    'text/plain; charset=utf-16',
    '',
  ),
  headerText,
);
const retryAfter = fc.oneof(
  headerText,
  fc.string({ unit: fc.constantFrom('0', '7', '9'), minLength: 1, maxLength: 400, size: 'max' }),
  fc.date({ noInvalidDate: true }).map((date) => date.toUTCString()),
  fc.constantFrom('0', '14400', '14401', '-1', '1e3', 'Mon, 02 Nov 2026 05:00:42 GMT', 'Abc'),
);
const headers = fc.record(
  {
    'Content-Type': type,
    'Retry-After': retryAfter,
    Location: fc.oneof(fc.webUrl(), headerText),
    'Content-Encoding': fc.constantFrom('gzip', 'br', 'deflate', 'identity', 'x'),
    'WWW-Authenticate': headerText,
    'X-Echo': headerText,
  },
  { requiredKeys: [] },
);

/** A key as JSON may write it: any of its characters escaped. */
const escapedKey = fc
  .array(fc.boolean(), { minLength: 1, maxLength: 10 })
  .map((escaped) =>
    Array.from(apiKey, (character, at) =>
      escaped[at % escaped.length] === true
        ? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
        : character,
    ).join(''),
  );

/** Values that echo the key: as a text, as a part of one, or as the name of a field. */
const echo = escapedKey.chain((key) =>
  fc.constantFrom(
    `"${key}"`,
    `"x ${key} ${key}"`,
    `{"${key}":"${key}"}`,
    `["${key}",{"a":{"b":["${key}"]}}]`,
  ),
);

const value = fc.oneof(
  hostileJsonText,
  echo,
  fc.constantFrom(
    '"12"',
    '12',
    '"0"',
    '"012"',
    '1e309',
    `"${'9'.repeat(400)}"`,
    '1.5',
    '"done"',
    '"DONE"',
    'null',
  ),
);
const document = fc.oneof(
  value,
  value.map((id) => `{"id":${id}}`),
  value.map((status) => `{"status":${status}}`),
  value.map((both) => `{"id":${both},"status":${both}}`),
  fc.tuple(value, value).map(([detail, errors]) => `{"title":"No","detail":${detail},"errors":${errors}}`),
  fc
    .tuple(value, echo)
    .map(([errors, title]) => `{"title":${title},"errors":{"a":${errors},"b":[${title}]}}`),
);
const rare = fc.constantFrom(
  `{"id":1,"x":"${'x'.repeat(2_000_000)}"}`,
  `{"errors":[${'1,'.repeat(200_000)}1]}`,
  `{"status":"${'é'.repeat(400_000)}"}`,
);
const body = fc.oneof(
  { weight: 20, arbitrary: document },
  // Cut, so that it isn't JSON any more.
  { weight: 3, arbitrary: fc.tuple(document, fc.nat(200)).map(([text, length]) => text.slice(0, length)) },
  { weight: 3, arbitrary: fc.uint8Array({ maxLength: 200 }) },
  { weight: 3, arbitrary: fc.oneof(hostileText, echo) },
  { weight: 1, arbitrary: rare },
);

test('whatever Lucca answers, it is understood or a named error that names the request and never the key', async () => {
  await fc.assert(
    fc.asyncProperty(call, status, headers, body, async (call, status, headers, body) => {
      expect(faultsOf(call, await outcomeOf(call, raw(status, body, headers)))).toEqual([]);
    }),
    runs(200),
  );
});

test('whatever document a success holds, it is understood or told what is wrong with it', async () => {
  await fc.assert(
    fc.asyncProperty(call, success, document, async (call, status, document) => {
      expect(faultsOf(call, await outcomeOf(call, raw(status, document)))).toEqual([]);
    }),
    runs(200),
  );
});

test('a key that problem details echo is never shown, wherever and however they write it', async () => {
  const status = fc.constantFrom(400, 401, 403, 404, 409, 422, 500, 503);
  const details = fc.record({ title: echo, detail: echo, errors: echo }, { requiredKeys: [] }).map(
    (fields) =>
      `{${Object.entries(fields)
        .map(([name, value]) => `"${name}":${value}`)
        .join()}}`,
  );
  await fc.assert(
    fc.asyncProperty(call, status, details, async (call, status, details) => {
      const outcome = await outcomeOf(call, raw(status, details));
      expect(outcome).toBeInstanceOf(Error);
      expect(faultsOf(call, outcome)).toEqual([]);
    }),
    runs(60),
  );
});

/** The names that an error may have after a status; what isn't JSON is not from Lucca, and passes while polling. */
const namesOf: Record<number, ErrorName[]> = {
  400: ['LuccaRejectedError', 'UnexpectedResponseError', 'LuccaUnavailableError'],
  401: ['AuthenticationError', 'UnexpectedResponseError', 'LuccaUnavailableError'],
  403: ['AuthenticationError', 'UnexpectedResponseError', 'LuccaUnavailableError'],
  404: [
    'LuccaRejectedError',
    'TemplateNotFoundError',
    'ReportNotFoundError',
    'UnexpectedResponseError',
    'LuccaUnavailableError',
  ],
  408: ['LuccaUnavailableError'],
  422: ['LuccaRejectedError', 'UnexpectedResponseError', 'LuccaUnavailableError'],
  429: ['RateLimitedError', 'ReportTimedOutError'],
  503: ['LuccaUnavailableError', 'LuccaBusyError', 'ReportTimedOutError'],
};

test('a refusal keeps the name of its status, whatever else it holds', async () => {
  const status = fc.constantFrom(...Object.keys(namesOf).map(Number));
  const anyBody = fc.oneof({ weight: 3, arbitrary: body }, { weight: 1, arbitrary: rare });
  await fc.assert(
    fc.asyncProperty(call, status, headers, anyBody, async (call, status, headers, body) => {
      const outcome = await outcomeOf(call, raw(status, body, headers));
      expect(faultsOf(call, outcome)).toEqual([]);
      expect(namesOf[status]).toContain((outcome as Error).name);
    }),
    runs(30),
  );
});

test('a good answer is understood, whatever else it holds', async () => {
  const fields = fc.dictionary(hostileText, fc.jsonValue());
  const id = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });
  const status = fc.constantFrom('pending', 'done', 'error');
  await fc.assert(
    fc.asyncProperty(
      call,
      success,
      fields,
      id,
      fc.boolean(),
      status,
      async (call, code, fields, id, asText, status) => {
        const [told, expected] = call === 'reportStatus' ? [1017, status] : [id, id];
        const document = { ...fields, id: asText ? String(told) : told, status };
        expect(await outcomeOf(call, json(code, document))).toBe(expected);
      },
    ),
    runs(60),
  );
});
