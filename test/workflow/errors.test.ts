import { describe, expect, test } from 'vitest';
import type { AroundTask } from '../../local/aws/step-functions/step-functions.ts';
import { TaskFailure } from '../../local/states-language/index.ts';
import { pollSeconds } from '../../lib/workflows/run-times.ts';
import type { Fault } from '../../local/lucca-simulator/simulator.ts';
import type { ExecutionEvent, ExecutionResult } from '../../local/states-language/index.ts';
import { apiKey, changeDefinitions, createWorld, statesOf, type World } from '../support/workflow.ts';

const lastMonth = { templateId: 42, period: 'previousMonth' };

/** Has Check Report fail before its function is reached. */
const failingChecks =
  (error: string, isFailing: () => boolean): AroundTask =>
  async (task, { state }) => {
    if (state === 'Check Report' && isFailing()) throw new TaskFailure(error, 'told');
    return task();
  };

/** Runs an export in a world with these faults. */
async function exportWith(...faults: Fault[]): Promise<World & { result: ExecutionResult }> {
  const world = await createWorld();
  faults.forEach(world.lucca.addFault);
  return { ...world, result: await world.run(lastMonth) };
}

const failure = (error: string, cause: RegExp) => ({
  status: 'FAILED',
  error,
  cause: expect.stringMatching(cause) as string,
});

const always = { times: 10_000 };

describe('InvalidRequestError', () => {
  test('names every problem, calls nobody and stores nothing', async () => {
    const world = await createWorld();
    const result = await world.run({
      templateId: '42',
      startsOn: '2026-02-30',
      endsOn: '2026-03-01',
      formats: [],
    });
    expect(result).toMatchObject(
      failure('InvalidRequestError', /templateId: .*"42"[\s\S]*startsOn: .*"2026-02-30"[\s\S]*formats: /),
    );
    expect(world.lucca.requests).toEqual([]);
    expect(Object.values(world.engine.secretsManager.reads)).toEqual([0]);
    expect(world.files()).toEqual({});
    expect(statesOf(world.events)).toEqual([
      'Resolve Request',
      'Announce Failure',
      'Part Of Batch?',
      'Alert About Export',
      'Export Failed',
    ]);
  });

  test.each([['text'], [null], [[]], [7]])('is what an input that is no object gets: %j', async (input) => {
    const world = await createWorld();
    expect(await world.run(input)).toMatchObject(failure('InvalidRequestError', /input: expected/));
  });
});

describe('AuthenticationError', () => {
  test('is final when Lucca refuses the key twice', async () => {
    const { result, lucca } = await exportWith({ kind: 'status', on: 'createReport', status: 401, times: 2 });
    expect(result).toMatchObject(failure('AuthenticationError', /answered 401.*check that it is valid/));
    expect(lucca.requests).toHaveLength(2);
  });

  test('tells how to put the key in while the secret holds its placeholder', async () => {
    const world = await createWorld({
      apiKey: '{"placeholder":"replace all of this with the API key","unused":"x"}',
    });
    expect(await world.run(lastMonth)).toMatchObject(
      failure('AuthenticationError', /no API key yet.*aws secretsmanager put-secret-value/),
    );
    expect(world.lucca.requests).toEqual([]);
  });

  test('is avoided when the key was replaced in the middle of a run', async () => {
    const world = await createWorld();
    const [secret] = Object.keys(world.engine.secretsManager.reads);
    await world.run(lastMonth, { name: 'before' });
    world.lucca.rotateKey(apiKey, 'new-key', 'sameRights');
    world.engine.secretsManager.put(secret!, 'new-key');
    expect(await world.run(lastMonth, { name: 'after' })).toMatchObject({ status: 'SUCCEEDED' });
  });
});

test('TemplateNotFoundError: no such template', async () => {
  const world = await createWorld();
  expect(await world.run({ ...lastMonth, templateId: 7 })).toMatchObject(
    failure('TemplateNotFoundError', /template 7 doesn't exist/),
  );
});

describe('ReportNotFoundError', () => {
  test.each(['checkReport', 'downloadCsv'] as const)('on %s has the report created again', async (on) => {
    const { result, lucca } = await exportWith({ kind: 'superseded', on });
    expect(result).toMatchObject({ status: 'SUCCEEDED', output: { reportId: 1003 } });
    expect(lucca.reports).toHaveLength(3);
  });

  test('is not believed at once: a server may not have heard of the report yet', async () => {
    const { result, lucca } = await exportWith({ kind: 'status', on: 'checkReport', status: 404, times: 4 });
    expect(result).toMatchObject({ status: 'SUCCEEDED', output: { reportId: 1001 } });
    expect(lucca.reports).toHaveLength(1);
  });

  test('leaves whoever replaced the report time to fetch theirs, longer each time', async () => {
    const { result, events } = await exportWith({ kind: 'superseded', on: 'createReport', times: 3 });
    expect(result).toMatchObject({ status: 'SUCCEEDED' });
    const pauses = events.flatMap((event) =>
      event.type === 'waitStarted' && event.state === 'Pause Before Recreation' ? [event.seconds] : [],
    );
    expect(pauses).toEqual([45, 90, 180]);
  });

  test('is final the fourth time, and tells which reports are gone', async () => {
    const { result, lucca } = await exportWith({ kind: 'expired', on: 'checkReport', ...always });
    expect(result).toMatchObject(
      failure(
        'ReportNotFoundError',
        /give each integration a key of its own\. Reports .* vanished: 1001, 1002, 1003, 1004\./,
      ),
    );
    expect(lucca.reports).toHaveLength(4);
  });

  test('on the second file has both downloaded from the new report', async () => {
    const world = await createWorld();
    world.lucca.addFault({ kind: 'superseded', on: 'downloadExcel' });
    const result = await world.run({ ...lastMonth, formats: ['csv', 'excel'] });
    expect(result).toMatchObject({ status: 'SUCCEEDED', output: { reportId: 1003 } });
    const folder = 'acme/template=42/2026-10-01_2026-10-31';
    expect(world.files()[`${folder}/report.csv`]).toEqual(world.lucca.expectedFile(1003, 'csv'));
    expect(world.lucca.reports.at(-1)!.downloaded).toEqual(['csv', 'excel']);
  });
});

describe('ReportGenerationFailedError', () => {
  test('is avoided when the second report succeeds', async () => {
    const { result } = await exportWith({ kind: 'generationError', on: 'createReport' });
    expect(result).toMatchObject({ status: 'SUCCEEDED', output: { reportId: 1002 } });
  });

  test('names both reports for Lucca’s support', async () => {
    const { result, lucca } = await exportWith({ kind: 'generationError', on: 'createReport', ...always });
    expect(result).toMatchObject(
      failure('ReportGenerationFailedError', /report 1001 and of report 1002.*support/),
    );
    expect(lucca.reports).toHaveLength(2);
  });

  test('names no report that only vanished', async () => {
    const { result } = await exportWith(
      { kind: 'expired', on: 'checkReport' },
      { kind: 'generationError', on: 'createReport', nth: 2, ...always },
    );
    expect(result).toMatchObject(
      failure('ReportGenerationFailedError', /generation of report 1002 and of report 1003 with/),
    );
  });
});

test('ReportTimedOutError: pending at the deadline, and never created again for that', async () => {
  const world = await createWorld();
  world.lucca.addFault({ kind: 'neverDone', on: 'createReport' });
  const started = world.clock.now();
  const result = await world.run(lastMonth);
  expect(result).toMatchObject(failure('ReportTimedOutError', /Lucca says that it is still pending/));
  const late = (world.clock.now() - started) / 1000 - 4 * 3600;
  expect(late).toBeGreaterThanOrEqual(0);
  expect(late).toBeLessThan(pollSeconds);
  expect(world.lucca.reports).toHaveLength(1);
  expect(result.historyEvents).toBeLessThan(25_000);
});

/** A deadline of five minutes instead of four hours. */
const fiveMinutes = changeDefinitions((text) => text.replaceAll(`+ ${4 * 3_600_000})`, `+ ${5 * 60_000})`));

describe.each([
  ['RateLimitedError', 429],
  ['LuccaBusyError', 503],
])('%s', (_, status) => {
  test.each(['createReport', 'checkReport', 'downloadCsv'] as const)(
    'on %s waits as long as told',
    async (on) => {
      const { result, events } = await exportWith({ kind: 'status', on, status, retryAfter: 1800 });
      expect(result).toMatchObject({ status: 'SUCCEEDED' });
      const waits = events.flatMap((event) => (event.type === 'waitStarted' ? [event.seconds] : []));
      expect(waits.toSorted((a, b) => a - b)).toEqual([pollSeconds, 1800]);
    },
  );

  test('on polls never waits past the deadline', async () => {
    const { result } = await exportWith({ kind: 'status', on: 'checkReport', status, retryAfter: 90_000 });
    expect(result).toMatchObject({ status: 'SUCCEEDED', output: { reportId: 1001 } });
  });

  test('still delays the download of a report that was done just in time', async () => {
    const world = await createWorld({ change: fiveMinutes, generationSeconds: 5 * 60 - 10 });
    world.lucca.addFault({ kind: 'status', on: 'downloadCsv', status, retryAfter: 60 });
    expect(await world.run(lastMonth)).toMatchObject({ status: 'SUCCEEDED' });
  });

  test('ends as ReportTimedOutError where the wait would pass the deadline', async () => {
    const { result } = await exportWith({ kind: 'status', on: 'createReport', status, retryAfter: 20_000 });
    expect(result).toMatchObject(failure('ReportTimedOutError', /asks to wait 20000 s/));
  });
});

const page = (status: number): Fault => ({
  kind: 'status',
  on: 'checkReport',
  status,
  body: '<html>Maintenance</html>',
});

describe('LuccaUnavailableError', () => {
  const hiccups: [string, Fault][] = [
    ['503 on create', { kind: 'status', on: 'createReport', status: 503 }],
    ['408 on check', { kind: 'status', on: 'checkReport', status: 408 }],
    ['an answer lost on create', { kind: 'noAnswer', on: 'createReport' }],
    ['a download cut in the middle', { kind: 'cut', on: 'downloadCsv' }],
    ['a download shorter than announced', { kind: 'wrongLength', on: 'downloadCsv' }],
  ];
  test.each(hiccups)('%s is tried again', async (_, fault) => {
    const { result, files, lucca } = await exportWith({ ...fault, times: 2 });
    expect(result).toMatchObject({ status: 'SUCCEEDED' });
    const { reportId } = (result as unknown as { output: { reportId: number } }).output;
    expect(files()['acme/template=42/2026-10-01_2026-10-31/report.csv']).toEqual(
      lucca.expectedFile(reportId, 'csv'),
    );
  });

  test('does not end the polling: the report goes on being generated', async () => {
    const { result, lucca } = await exportWith({ kind: 'status', on: 'checkReport', status: 503, times: 60 });
    expect(result).toMatchObject({ status: 'SUCCEEDED', output: { reportId: 1001 } });
    expect(lucca.reports).toHaveLength(1);
  });

  const weather: [string, Fault][] = [
    ['a login page', { kind: 'html', on: 'checkReport' }],
    ['a page of a firewall', page(403)],
    ['a page that is not found', page(404)],
    ['an empty answer', { kind: 'status', on: 'checkReport', status: 200, body: '' }],
    ['a redirect', { kind: 'status', on: 'checkReport', status: 302 }],
    ['a message in JSON', { kind: 'json', on: 'checkReport' }],
  ];
  test.each(weather)('is what polling takes %s for, whatever its status', async (_, fault) => {
    const { result, lucca } = await exportWith({ ...fault, times: 12 });
    expect(result).toMatchObject({ status: 'SUCCEEDED', output: { reportId: 1001 } });
    expect(lucca.reports).toHaveLength(1);
  });

  test('on polls ends as ReportTimedOutError at the deadline', async () => {
    const world = await createWorld({ change: fiveMinutes });
    world.lucca.addFault({ kind: 'status', on: 'checkReport', status: 503, ...always });
    const result = await world.run(lastMonth);
    expect(result).toMatchObject(failure('ReportTimedOutError', /deadline .*, but GET .* answered 503/));
  });

  const checksFail = [
    'Lambda.TooManyRequestsException',
    'Lambda.CodeArtifactUserPendingException',
    'States.Timeout',
    'AwsUnavailableError',
  ];
  test.each(checksFail)('nor does %s end the polling, more often than it is tried again', async (error) => {
    let failures = 40;
    const world = await createWorld({ around: failingChecks(error, () => failures-- > 0) });
    expect(await world.run(lastMonth)).toMatchObject({ status: 'SUCCEEDED', output: { reportId: 1001 } });
  });

  test.each(checksFail)('nor does %s keep it going past the deadline', async (error) => {
    const world = await createWorld({ change: fiveMinutes, around: failingChecks(error, () => true) });
    expect(await world.run(lastMonth)).toMatchObject(
      failure('ReportTimedOutError', new RegExp(`deadline .*, but told \\(${error}\\)`)),
    );
  });

  test('is final when Lucca stays away', async () => {
    const { result, lucca } = await exportWith({
      kind: 'status',
      on: 'createReport',
      status: 503,
      ...always,
    });
    expect(result).toMatchObject(failure('LuccaUnavailableError', /answered 503/));
    expect(lucca.requests).toHaveLength(11);
  });
});

test('a file that lags behind its report is waited for, and the report is not made again', async () => {
  const { result, lucca } = await exportWith({ kind: 'status', on: 'downloadCsv', status: 404, times: 3 });
  expect(result).toMatchObject({ status: 'SUCCEEDED', output: { reportId: 1001 } });
  expect(lucca.reports).toHaveLength(1);
});

test('LuccaRejectedError: keeps what Lucca says of the request', async () => {
  const { result } = await exportWith({
    kind: 'status',
    on: 'createReport',
    status: 400,
    body: { title: 'Bad', errors: { startsOn: ['is in the future'] } },
  });
  expect(result).toMatchObject(
    failure('LuccaRejectedError', /answered 400 saying: Bad; startsOn: is in the future/),
  );
});

describe('UnexpectedResponseError', () => {
  const wrong: [string, Fault, RegExp][] = [
    [
      'a login page instead of the file',
      { kind: 'html', on: 'downloadCsv' },
      /text.html.*: expected a CSV file/,
    ],
    ['JSON instead of the file', { kind: 'json', on: 'downloadCsv' }, /a JSON document: expected a CSV file/],
    ['an empty file', { kind: 'empty', on: 'downloadCsv' }, /an empty body: expected a CSV file/],
    [
      'a redirect to the login page',
      { kind: 'status', on: 'createReport', status: 302, ...always },
      /a redirect to .*login/,
    ],
    ['a report without an id', { kind: 'missingId', on: 'createReport', ...always }, /id: expected/],
    ['an unknown status', { kind: 'unknownStatus', on: 'createReport' }, /status: .*found "archived"/],
    [
      'a web page instead of JSON',
      { kind: 'html', on: 'createReport', ...always },
      /expected a JSON document/,
    ],
  ];
  test.each(wrong)('%s fails the export and stores nothing', async (_, fault, cause) => {
    const { result, files } = await exportWith({ ...fault, ...always });
    expect(result).toMatchObject(failure('UnexpectedResponseError', cause));
    expect(files()).toEqual({});
  });

  test('on a download is tried again first', async () => {
    const { result } = await exportWith({ kind: 'html', on: 'downloadCsv', times: 2 });
    expect(result).toMatchObject({ status: 'SUCCEEDED' });
  });
});

test('AwsUnavailableError: S3 refuses, and no manifest promises the file', async () => {
  const world = await createWorld();
  world.engine.s3.failNext('PutObject', { status: 403, code: 'AccessDenied', times: 1000 });
  expect(await world.run(lastMonth)).toMatchObject(
    failure('AwsUnavailableError', /S3 upload of s3:.*AccessDenied/),
  );
  expect(world.files()).toEqual({});
});

/** An export during which S3 refuses so many writes of the manifest. */
async function exportWhileManifestsFail(times: number) {
  const world = await createWorld();
  const onStored = (event: ExecutionEvent) => {
    if (event.type !== 'stateEntered' || event.state !== 'Write Manifest') return;
    world.engine.s3.failNext('PutObject', { status: 403, code: 'AccessDenied', times });
  };
  const result = await world.run(lastMonth, { onEvent: onStored });
  return { world, result };
}

describe('a failed manifest', () => {
  test('is written again', async () => {
    const { result } = await exportWhileManifestsFail(2);
    expect(result).toMatchObject({ status: 'SUCCEEDED' });
  });

  test('fails the export with AWS’s own error', async () => {
    const { world, result } = await exportWhileManifestsFail(1000);
    expect(result).toMatchObject(failure('S3.S3Exception', /AccessDenied|Access/));
    expect(Object.keys(world.files())).toEqual(['acme/template=42/2026-10-01_2026-10-31/report.csv']);
  });
});

test('ids as strings, other 2xx statuses and unknown fields are no error', async () => {
  const { result } = await exportWith({ kind: 'stringId', on: 'any', ...always });
  expect(result).toMatchObject({ status: 'SUCCEEDED', output: { reportId: 1001 } });
});
