import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import * as z from 'zod';
import { lambdaHandler } from '../../../lambdas/runtime/handler.ts';
import { logger } from '../../../lambdas/runtime/logger.ts';
import guideTemplate from '../../../local/lucca-simulator/guide-template.json' with { type: 'json' };
import { file, json, type LuccaServer, problem, raw, startLuccaServer } from '../../support/lucca-server.ts';
import {
  bucketName,
  credentials,
  region,
  startBucket,
  startSecrets,
  type TestBucket,
  type TestSecrets,
} from '../support/aws.ts';
import { everythingIn, failureOf } from '../support/failure.ts';
import { apiKey, callTo, environmentOf, secretArn } from '../support/lucca.ts';

type Handler = (event: unknown) => Promise<unknown>;

let bucket: TestBucket;
let secrets: TestSecrets;
let lucca: LuccaServer;
let handlers: Record<string, Handler>;

beforeAll(async () => {
  bucket = await startBucket();
  secrets = await startSecrets({ [secretArn]: apiKey });
  const environment = {
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_ENDPOINT_URL_S3: bucket.s3.url,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.secretsManager.url,
    REPORT_BUCKET_NAME: bucketName,
    ...environmentOf(callTo('').tenant),
  };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  // Only now: their AWS clients look at the environment.
  handlers = {
    'resolve-request': (await import('../../../lambdas/resolve-request.ts')).handler,
    'ensure-template': (await import('../../../lambdas/ensure-template.ts')).handler,
    'create-report': (await import('../../../lambdas/create-report.ts')).handler,
    'check-report': (await import('../../../lambdas/check-report.ts')).handler,
    'store-file': (await import('../../../lambdas/store-file.ts')).handler,
  };
});
afterAll(async () => {
  await secrets[Symbol.asyncDispose]();
  await bucket[Symbol.asyncDispose]();
});

let printed: string;
beforeEach(async () => {
  lucca = await startLuccaServer();
  vi.stubEnv('TENANT_NAME', 'acme');
  vi.stubEnv('TENANT_DOMAIN', lucca.url);
  printed = '';
  logger.setLogLevel('TRACE');
  const print = (text: unknown) => {
    printed += `${String(text)}\n`;
    return true;
  };
  vi.spyOn(process.stdout, 'write').mockImplementation(print);
  vi.spyOn(process.stderr, 'write').mockImplementation(print);
  for (const method of ['log', 'info', 'warn', 'error', 'debug'] as const)
    vi.spyOn(console, method).mockImplementation(print);
});
afterEach(async () => {
  vi.restoreAllMocks();
  await lucca[Symbol.asyncDispose]();
});

const periodFolder = '2026-10-01_2026-10-31';
const folder = `acme/template=42/${periodFolder}`;

/** A good event of each handler. */
const events = (): Record<string, object> => {
  const { tenant: _, ...call } = callTo(lucca.url);
  return {
    'resolve-request': { request: { templateId: 42 }, executionStartTime: call.now },
    'ensure-template': { ...call, template: guideTemplate, lostTemplateId: null },
    'create-report': { ...call, templateId: 42, startsOn: '2026-10-01', endsOn: null },
    'check-report': { ...call, reportId: 1017 },
    'store-file': {
      ...call,
      reportId: 1017,
      templateId: 42,
      format: 'csv',
      periodFolder,
      execution: 'arn:x',
    },
  };
};
const names = ['resolve-request', 'ensure-template', 'create-report', 'check-report', 'store-file'];
const luccaCallers = names.filter((name) => name !== 'resolve-request');
const run = (name: string, event: unknown = events()[name]) => handlers[name]!(event);

describe('with what a Lambda is given on AWS', () => {
  test('a request is resolved', async () => {
    expect(await run('resolve-request')).toMatchObject({ templateId: 42, formats: ['csv'] });
  });

  test('a template is created, then found in the bucket', async () => {
    lucca.answerNext(json(201, { id: 42 }));
    const first = (await run('ensure-template')) as {
      templateId: number;
      remembered: boolean;
      recordKey: string;
    };
    expect(first).toMatchObject({ templateId: 42, remembered: false });

    const { PutObjectCommand } = await import('@aws-sdk/client-s3');
    const Body = JSON.stringify({ templateId: first.templateId });
    await bucket.client.send(new PutObjectCommand({ Bucket: bucketName, Key: first.recordKey, Body }));
    expect(await run('ensure-template')).toEqual({ ...first, remembered: true });
    expect(lucca.requests).toHaveLength(1);
  });

  test('a bucket that fails is an AwsUnavailableError, and no second template is created', async () => {
    bucket.s3.failNext('GetObject', { status: 500, code: 'InternalError', times: 3 });
    const error = await failureOf(run('ensure-template'));
    expect(error.name).toBe('AwsUnavailableError');
    expect(error.message).toMatch(/S3 GetObject of s3:\/\/lucca-reports\/acme\/templates\/.*InternalError/);
    expect(lucca.requests).toEqual([]);
  });

  test('a report is created, checked and stored', async () => {
    lucca.answerNext(json(201, { id: 1017 }), json(200, { status: 'done' }), file('a;b\r\n1;2\r\n'));
    expect(await run('create-report')).toEqual({ reportId: 1017 });
    expect(await run('check-report')).toEqual({ status: 'done' });
    expect(await run('store-file')).toMatchObject({
      bucket: bucketName,
      key: `${folder}/report.csv`,
      rows: 1,
    });
    expect((await bucket.read(`${folder}/report.csv`)).toString()).toBe('a;b\r\n1;2\r\n');
  });

  test('the key is read once per sandbox, and afresh only when Lucca refuses it', async () => {
    const before = secrets.secretsManager.reads[secretArn]!;
    lucca.answerNext(json(200, { status: 'done' }), json(200, { status: 'done' }));
    await run('check-report');
    await run('check-report');
    expect(secrets.secretsManager.reads[secretArn]! - before).toBeLessThanOrEqual(1);
    lucca.answerNext(raw(401, ''), json(200, { status: 'done' }));
    await run('check-report');
    expect(secrets.secretsManager.reads[secretArn]! - before).toBeLessThanOrEqual(2);
  });

  test('a missing bucket name says what is wrong', async () => {
    vi.stubEnv('REPORT_BUCKET_NAME', '');
    try {
      const { message } = await failureOf(run('store-file'));
      expect(message).toMatch(/REPORT_BUCKET_NAME is not set.*deployed wrongly/);
    } finally {
      vi.stubEnv('REPORT_BUCKET_NAME', bucketName);
    }
  });
});

describe('whoever invokes a function', () => {
  const other = {
    name: 'globex',
    domain: 'http://127.0.0.2:1',
    timeZone: 'UTC',
    apiKeySecretArn: `${secretArn}-globex`,
  };

  test("can't say whose key goes where, or where a file goes", async () => {
    lucca.answerNext(file('a;b\r\n1;2\r\n'));
    const event = { ...events()['store-file'], tenant: other, folder: 'globex/template=42/2026' };
    expect(await run('store-file', event)).toMatchObject({ key: `${folder}/report.csv` });
    expect(lucca.requests[0]!.headers.authorization).toBe(`lucca application=${apiKey}`);
    expect(secrets.secretsManager.reads[other.apiKeySecretArn]).toBeUndefined();
  });

  test.each([
    'http://127.0.0.2:1',
    'https://acme.ilucca.net.evil.example',
    'https://evil.example',
    'http://acme.ilucca.net',
    'https://acme.ilucca.net@evil.example',
    'https://acme.ilucca.net:8443',
    '',
  ])('and changed its configuration has the key sent to nobody: %s', async (domain) => {
    vi.stubEnv('TENANT_DOMAIN', domain);
    for (const name of names) {
      const { message } = await failureOf(run(name));
      expect(message).toMatch(/TENANT_DOMAIN is .*deployed wrongly/s);
    }
  });

  test.each(['globex/../acme', "acme' & $x", '', 'Acme'])(
    'and named another folder has nothing done: %s',
    async (name) => {
      vi.stubEnv('TENANT_NAME', name);
      for (const each of names) {
        expect((await failureOf(run(each))).message).toMatch(/TENANT_NAME is .*deployed wrongly/s);
      }
      expect(lucca.requests).toEqual([]);
    },
  );

  test('has it sent to this machine only where that is allowed', async () => {
    vi.stubEnv('LOOPBACK_DOMAIN', '');
    for (const name of luccaCallers) {
      expect((await failureOf(run(name))).message).toMatch(/expected the https origin of a Lucca/);
    }
    vi.stubEnv('LOOPBACK_DOMAIN', 'allowed');
    expect(lucca.requests).toEqual([]);
  });
});

describe('a malformed event is an InvalidRequestError that names each problem', () => {
  test.each(
    names.flatMap((name) => [undefined, null, 'event', 42, []].map((event) => [name, event] as const)),
  )('%s, given %j', async (name, event) => {
    const error = await failureOf(handlers[name]!(event));
    expect(error.name).toBe('InvalidRequestError');
    expect(error.message).toMatch(/^- input: expected .*object/m);
  });

  test.each(names)('%s, given nothing it needs', async (name) => {
    const error = await failureOf(handlers[name]!({}));
    expect(error.name).toBe('InvalidRequestError');
    expect(error.message).toMatch(/^- (executionStartTime|now): .*missing$/m);
  });

  test.each<[string, Record<string, unknown>, RegExp]>([
    ['create-report', { templateId: '42' }, /^- templateId: .*found "42"$/m],
    ['create-report', { startsOn: '2026-02-30' }, /^- startsOn: .*found "2026-02-30"$/m],
    ['create-report', { now: 'now' }, /^- now: .*instant.*found "now"$/m],
    ['check-report', { reportId: -1 }, /^- reportId: .*found -1$/m],
    ['check-report', { deadline: null }, /^- deadline: .*found null$/m],
    ['store-file', { periodFolder: '../../globex' }, /^- periodFolder: .*found "\.\.\/\.\.\/globex"$/m],
    ['store-file', { format: 'pdf' }, /^- format: .*"csv", "excel", found "pdf"$/m],
    ['ensure-template', { lostTemplateId: 0 }, /^- lostTemplateId: .*found 0$/m],
    [
      'resolve-request',
      { executionStartTime: '2026-11-02' },
      /^- executionStartTime: .*instant.*found "2026-11-02"$/m,
    ],
  ])('%s, given %j', async (name, change, line) => {
    const error = await failureOf(run(name, { ...events()[name], ...change }));
    expect(error.name).toBe('InvalidRequestError');
    expect(error.message).toMatch(line);
    expect(lucca.requests).toEqual([]);
  });
});

describe('the log', () => {
  test('tells each request to Lucca with its status and how long it took', async () => {
    lucca.answerNext(json(200, { status: 'pending' }));
    await run('check-report');
    const lines = printed
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({
      level: 'INFO',
      service: 'lucca-report-export',
      method: 'GET',
      path: '/timmi-timesheet/api/reports/1017',
      status: 200,
      milliseconds: expect.any(Number) as number,
    });
  });

  test('tells the name of a failure', async () => {
    lucca.answerNext(raw(404, ''));
    await failureOf(run('check-report'));
    expect(printed).toContain('"error":"ReportNotFoundError"');
  });

  test('tells of a malformed event that it was refused', async () => {
    await failureOf(run('check-report', {}));
    expect(printed).toContain('"error":"InvalidRequestError"');
  });

  const leaks = [apiKey, 'Dupont', 'Écart', 'secret-value', 'Authorization'];
  const expectNoLeak = () => {
    for (const leak of leaks) expect(printed).not.toContain(leak);
  };

  test('has neither the key nor a payload when all goes well', async () => {
    lucca.answerNext(json(201, { id: 7, owner: 'Dupont' }), json(201, { id: 1017, owner: 'Dupont' }));
    lucca.answerNext(json(200, { status: 'done', owner: 'Dupont' }), file('Nom;Temps\r\nDupont;7\r\n'));
    await run('ensure-template', {
      ...events()['ensure-template'],
      template: { name: 'Écart', owner: 'Dupont' },
    });
    await run('create-report');
    await run('check-report');
    await run('store-file');
    expect(printed).toContain('Lucca answered');
    expectNoLeak();
  });

  test.each(luccaCallers.flatMap((name) => [400, 404, 500, 401].map((status) => [name, status] as const)))(
    'has neither the key nor what Lucca said when %s is answered %i',
    async (name, status) => {
      const said = problem(status, { title: `Dupont may not use ${apiKey}`, detail: 'Écart' });
      lucca.answerNext(said, said);
      const event =
        name === 'ensure-template' ? { ...events()[name], template: { name: `${status}` } } : undefined;
      const error = await failureOf(run(name, event));
      expect(everythingIn(error)).not.toContain(apiKey);
      expect(printed).toContain(`"error":"${error.name}"`);
      expectNoLeak();
    },
  );

  test('has nothing of a body that is not what it should be', async () => {
    lucca.answerNext(json(200, { status: 'Dupont' }), raw(200, '<html>Dupont</html>'));
    await failureOf(run('check-report'));
    await failureOf(run('store-file'));
    expect(printed).toContain('"error":"UnexpectedResponseError"');
    expectNoLeak();
  });

  test('has nothing of an input that is refused', async () => {
    const event = {
      ...events()['resolve-request'],
      request: { apiKey, template: { name: 'Écart' }, period: 'Dupont' },
    };
    const error = await failureOf(run('resolve-request', event));
    expect(error.message).toContain('apiKey: unknown field');
    expect(everythingIn(error)).not.toContain(apiKey);
    expectNoLeak();
  });

  test('has nothing of a secret that is not a key', async () => {
    const arn = `${secretArn}-broken`;
    secrets.secretsManager.put(arn, 'secret-value secret-value');
    vi.stubEnv('API_KEY_SECRET_ARN', arn);
    const error = await failureOf(run('check-report'));
    vi.stubEnv('API_KEY_SECRET_ARN', secretArn);
    expect(error.name).toBe('AuthenticationError');
    expect(everythingIn(error)).not.toContain('secret-value secret');
    expect(printed).not.toContain('secret-value secret');
  });
});

describe('the wrapper', () => {
  const schema = z.object({ id: z.int() });

  test('hands the parsed event on, and the result back', async () => {
    const handler = lambdaHandler(schema, ({ id, tenant }) => ({ twice: 2 * id, tenant: tenant.name }));
    expect(await handler({ id: 4, extra: true })).toEqual({ twice: 8, tenant: 'acme' });
    expect(printed).toBe('');
  });

  test('throws what was thrown, itself', async () => {
    const thrown = new RangeError('Dupont');
    const handler = lambdaHandler(schema, () => Promise.reject(thrown));
    expect(await failureOf(handler({ id: 4 }))).toBe(thrown);
    expect(printed).toContain('RangeError');
    expect(printed).not.toContain('Dupont');
  });
});
