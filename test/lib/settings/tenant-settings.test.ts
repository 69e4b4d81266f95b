import { Aws, Duration, Token } from 'aws-cdk-lib';
import { describe, expect, test } from 'vitest';
import {
  configProblems,
  InvalidConfigurationError,
  tenantProblems,
  type TenantSettings,
} from '../../../lib/settings/tenant-settings.ts';
import { longestReportTimeout } from '../../../lib/workflows/run-times.ts';
import { acme } from '../../support/acme.ts';
import { synthTemplates } from '../../support/synth.ts';

const problems = (settings: Partial<TenantSettings>, allowLoopbackDomain = false) =>
  tenantProblems({ ...acme, ...settings }, { allowLoopbackDomain });

describe('a domain', () => {
  test.each([
    'https://acme.ilucca.net',
    'https://acme.ilucca.ch',
    'https://acme.ilucca-test.net',
    'https://acme.ilucca-demo.ch',
    'https://acme-staging.sandbox.eu1.luccasoftware.com',
  ])('may be %s', (domain) => {
    expect(problems({ domain })).toEqual([]);
  });

  test.each([
    'http://acme.ilucca.net',
    'https://acme.ilucca.net/',
    'https://acme.ilucca.net/timmi',
    'https://acme.ilucca.net:8443',
    'https://acme.ilucca.net@evil.example',
    'https://acme.ilucca.net.evil.example',
    'https://evil.example/acme.ilucca.net',
    'https://ilucca.net',
    'acme.ilucca.net',
    'http://127.0.0.1:8080',
    '',
  ])('may not be %j, which is quoted', (domain) => {
    expect(problems({ domain })).toEqual([expect.stringContaining(JSON.stringify(domain))]);
  });

  test('may be a stand-in on this machine only where that is allowed', () => {
    expect(problems({ domain: 'http://127.0.0.1:8080' }, true)).toEqual([]);
    expect(problems({ domain: 'http://localhost:8080' }, true)).toHaveLength(1);
    expect(problems({ domain: 'http://127.0.0.1:80@evil.example' }, true)).toHaveLength(1);
    expect(problems({ domain: 'http://127.0.0.1:99999' }, true)).toHaveLength(1);
  });
});

test.each([
  ['name', { name: 'Acme Corp' }],
  ['name', { name: '../acme' }],
  ['name', { name: '' }],
  ['name', { name: 'simulator' }],
  ['timeZone', { timeZone: 'Europe/Atlantis' }],
  ['reportTimeout', { reportTimeout: Duration.seconds(30) }],
  ['timeZone', { timeZone: '+01:00' }],
  ['secretReaders\\[0\\]', { secretReaders: ['*'] }],
  ['secretReaders\\[0\\]', { secretReaders: ['arn:aws:iam::123456789012:root'] }],
  ['secretReaders\\[0\\]', { secretReaders: ['arn:aws:iam::123456789012:role/*'] }],
  ['reportTimeout', { reportTimeout: Duration.seconds(longestReportTimeout + 1) }],
  ['reportTimeout', { reportTimeout: Duration.millis(90_500) }],
])('a bad %s is named and quoted: %j', (field, settings) => {
  expect(problems(settings)).toEqual([expect.stringMatching(new RegExp(`^${field}: expected .* found `))]);
});

const named = (name: string) => ({ template: { name, columns: [] } });
const schedule = { name: 'daily', expression: 'rate(1 day)' };

test.each<[string, Partial<TenantSettings>, RegExp]>([
  ['name', { name: `a${Aws.REGION}` }, /^name: expected at most 50 lower-case/],
  [
    'default',
    { defaultExport: named(`for ${Aws.ACCOUNT_ID}`) },
    /^defaultExport: expected values that are known/,
  ],
  [
    'scheduled export',
    { schedules: [{ ...schedule, export: named(Aws.REGION) }] },
    /^schedules\[0\]: expected values that are known/,
  ],
  [
    'scheduled batch',
    { schedules: [{ ...schedule, batch: { exports: [named(Aws.REGION)] } }] },
    /^schedules\[0\]: expected values that are known/,
  ],
  [
    'number',
    { defaultExport: { template: { name: 'a', columns: [Token.asNumber({ Ref: 'AWS::Region' })] } } },
    /^defaultExport: expected/,
  ],
  [
    'name of a field',
    { defaultExport: { template: { name: 'a', [Aws.REGION]: [] } } },
    /^defaultExport: expected/,
  ],
])('a %s that is only known at deployment is refused: it would stay text', (_, settings, problem) => {
  const found = tenantProblems(
    { ...acme, ...settings },
    { allowLoopbackDomain: false, isUnresolved: (value) => Token.isUnresolved(value) },
  );
  expect(found).toEqual([expect.stringMatching(problem)]);
});

test('what EventBridge Scheduler would replace is refused where it would, and text elsewhere', () => {
  const text = named('<aws.scheduler.execution-id>');
  expect(problems({ defaultExport: text })).toEqual([]);
  expect(problems({ schedules: [{ ...schedule, export: text }] })).toEqual([
    'schedules[0].export: expected text that EventBridge Scheduler leaves alone, found "<aws.scheduler." in it',
  ]);
});

/** The problems of a configuration that no compiler has seen. */
const configured = (tenants: unknown) =>
  configProblems({ tenants, alarms: 'none' }, { allowLoopbackDomain: false });

const reportTimeouts = `a Duration of whole seconds, 1 minute to ${longestReportTimeout / 3600} hours`;

const daily = { name: 'daily', expression: 'rate(1 day)', export: { templateId: 42 } };

test.each<[string, object, string]>([
  ['in a tenant', { timezone: 'UTC' }, '.timezone: unknown field, did you mean "timeZone"?'],
  ['in a tenant', { shedules: [] }, '.shedules: unknown field, did you mean "schedules"?'],
  ['in a tenant', { apiKey: 'x' }, '.apiKey: unknown field, did you mean "apiKeySecretArn"?'],
  ['in a tenant', { 'a b': 1 }, '["a b"]: unknown field'],
  [
    'in the default export',
    { defaultExport: { templateId: 42, format: 'csv' } },
    '.defaultExport.format: unknown field, did you mean "formats"?',
  ],
  [
    'in a schedule',
    { schedules: [{ ...daily, timezone: 'UTC' }] },
    '.schedules[0].timezone: unknown field, did you mean "timeZone"?',
  ],
  [
    'in a schedule',
    { schedules: [{ ...daily, exports: [] }] },
    '.schedules[0].exports: unknown field, did you mean "export"?',
  ],
  [
    'in a scheduled export',
    { schedules: [{ ...daily, export: { templateID: 42, templateId: 42 } }] },
    '.schedules[0].export.templateID: unknown field, did you mean "templateId"?',
  ],
  [
    'in a batch',
    { schedules: [{ ...daily, export: undefined, batch: { exports: [{ templateId: 1 }], dryRun: true } }] },
    '.schedules[0].batch.dryRun: unknown field',
  ],
  [
    'in an export of a batch',
    { schedules: [{ ...daily, export: undefined, batch: { exports: [{ templateId: 1, lastDay: 7 }] } }] },
    '.schedules[0].batch.exports[0].lastDay: unknown field, did you mean "lastDays"?',
  ],
])('an unknown field %s is refused: %j', (_, settings, problem) => {
  expect(configured([{ ...acme, ...settings }])).toEqual([`tenants[0]${problem}`]);
});

test.each<[object, string]>([
  [{ name: 42 }, '.name: expected text, found 42'],
  [{ name: undefined }, '.name: expected text, but it is missing'],
  [{ domain: null }, '.domain: expected text, found null'],
  [
    { domain: new URL('https://acme.ilucca.net') },
    '.domain: expected text, found "https://acme.ilucca.net/"',
  ],
  [{ timeZone: ['Europe/Paris'] }, '.timeZone: expected text, found ["…"]'],
  [{ timeZone: null }, '.timeZone: expected text, found null'],
  [{ reportTimeout: '4 hours' }, `.reportTimeout: expected ${reportTimeouts}, found "4 hours"`],
  [{ reportTimeout: 14_400 }, `.reportTimeout: expected ${reportTimeouts}, found 14400`],
  [{ reportTimeout: { hours: 4 } }, `.reportTimeout: expected ${reportTimeouts}, found {"hours":4}`],
  [{ defaultExport: 42 }, '.defaultExport: expected an object, found 42'],
  [{ defaultExport: null }, '.defaultExport: expected an object, found null'],
  [
    { schedules: daily },
    '.schedules: expected a list, found {"name":"…","expression":"…","export":{"templateId":42}}',
  ],
  [{ schedules: null }, '.schedules: expected a list, found null'],
  [{ schedules: ['rate(1 day)'] }, '.schedules[0]: expected an object, found "rate(1 day)"'],
  [{ schedules: [{ ...daily, expression: 7 }] }, '.schedules[0].expression: expected text, found 7'],
  [{ schedules: [{ ...daily, enabled: 'no' }] }, '.schedules[0].enabled: expected true or false, found "no"'],
  [{ schedules: [{ ...daily, export: null }] }, '.schedules[0].export: expected an object, found null'],
  [{ schedules: [{ ...daily, export: [] }] }, '.schedules[0].export: expected an object, found []'],
  [
    { schedules: [{ ...daily, export: undefined, batch: [{ templateId: 42 }] }] },
    '.schedules[0].batch: expected an object, found [{"templateId":42}]',
  ],
  [
    { schedules: [{ ...daily, export: undefined, batch: { exports: [] } }] },
    '.schedules[0].batch.exports: expected at least 1 entry, found []',
  ],
  [
    { schedules: [{ ...daily, export: undefined, batch: { exports: [null] } }] },
    '.schedules[0].batch.exports[0]: expected an object, found null',
  ],
  [
    { schedules: [{ ...daily, flexibleWindow: '15 minutes' }] },
    '.schedules[0].flexibleWindow: expected a Duration of whole minutes, 1 minute to 24 hours, found "15 minutes"',
  ],
  [
    { schedules: [{ ...daily, expression: 'cron(0 6 31 2 ? *)' }] },
    '.schedules[0].expression: expected a day that comes, found "cron(0 6 31 2 ? *)"',
  ],
])('a value of another kind is quoted: %j', (settings, problem) => {
  expect(configured([{ ...acme, ...settings }])).toEqual([`tenants[0]${problem}`]);
});

test.each<[unknown, string]>([
  [undefined, 'tenants: expected at least one in a list, found undefined'],
  [
    acme,
    `tenants: expected at least one in a list, found {"name":"…","domain":"…","timeZone":"…","schedules":[{"name"…`,
  ],
  [[null], 'tenants[0]: expected an object, found null'],
  [
    [[acme]],
    `tenants[0]: expected an object, found [{"name":"…","domain":"…","timeZone":"…","schedules":[{"name…`,
  ],
])('tenants are a list of objects, not %j', (tenants, problem) => {
  expect(configured(tenants)).toEqual([problem]);
});

const cyclic: Record<string, unknown> = { templateId: 1 };
cyclic.self = cyclic;

test.each<[string, unknown, string]>([
  ['a hole', Array(1), ': expected an object, but it is missing'],
  ['a function', [() => ({})], ': expected an object, found "() => ({})"'],
  ['a promise', [Promise.resolve(acme)], '.name: expected text, but it is missing'],
  [
    'a BigInt',
    [{ ...acme, defaultExport: { templateId: 42n } }],
    '.templateId: expected a number, found "42n"',
  ],
  ['a BigInt in a template', [{ ...acme, defaultExport: { template: { id: 42n } } }], 'found {"id":"42n"}'],
  ['a circle', [{ ...acme, name: cyclic }], '.name: expected text, found [object Object]'],
  [
    'a function in a template',
    [{ ...acme, defaultExport: { template: { name: () => 'x' } } }],
    'an object of JSON values',
  ],
  [
    'a date in a template',
    [{ ...acme, defaultExport: { template: { on: new Date(0) } } }],
    'an object of JSON values',
  ],
  [
    'a map in a template',
    [{ ...acme, defaultExport: { template: { fields: new Map() } } }],
    'an object of JSON values',
  ],
  [
    'a field of a template that is undefined',
    [{ ...acme, defaultExport: { template: { name: undefined } } }],
    'an object of JSON values',
  ],
  ['a circle in a template', [{ ...acme, defaultExport: { template: cyclic } }], 'at most 100 levels deep'],
  ['a symbol', [{ ...acme, name: Symbol('acme') }], '.name: expected text, found Symbol(acme)'],
  ['not a number', [{ ...acme, defaultExport: { templateId: Number.NaN } }], 'expected a number, found NaN'],
  ['a prototype', [JSON.parse('{"__proto__": {}}')], '.__proto__: unknown field'],
])('%s is refused as well', (_, tenants, problem) => {
  expect(configured(tenants)).toContainEqual(expect.stringContaining(problem));
});

test('all that is wrong is told at once', () => {
  const schedules = [
    { ...daily, expression: 'cron(0 25 2 * ? *)', timeZone: 'JST' },
    { ...daily, export: { period: 'lastMonth' } },
  ];
  const tenants = [
    { name: 'acme', domain: '', shedules: [] },
    { ...acme, schedules },
  ];
  expect(configured(tenants).map((problem) => problem.replace(/:.*/, ''))).toEqual([
    'tenants[0].domain',
    'tenants[0].shedules',
    'tenants[1].schedules[0].expression',
    'tenants[1].schedules[0].timeZone',
    'tenants[1].schedules[1].export.period',
    'tenants[1].schedules[1].export.templateId',
    'tenants[1].schedules[1].name',
    'tenants[1].name',
  ]);
});

test('what the schema refuses, so does the compiler', () => {
  const settings: TenantSettings[] = [
    // @ts-expect-error: another case
    { ...acme, timezone: 'UTC' },
    // @ts-expect-error: no list
    { ...acme, schedules: { name: 'daily', expression: 'rate(1 day)' } },
    // @ts-expect-error: another case, in a schedule
    { ...acme, schedules: [{ name: 'daily', expression: 'rate(1 day)', timezone: 'UTC' }] },
    // @ts-expect-error: the name of the other field
    { ...acme, schedules: [{ name: 'daily', expression: 'rate(1 day)', exports: {} }] },
    // @ts-expect-error: no Duration
    { ...acme, reportTimeout: '4 hours' },
    // @ts-expect-error: nearly a field
    { ...acme, defaultExport: { templateId: 42, format: ['csv'] } },
    // @ts-expect-error: a schedule that exports nothing
    { ...acme, schedules: [{ ...daily, batch: { exports: [], dryRun: true } }] },
  ];
  expect(configured(settings).length).toBeGreaterThanOrEqual(settings.length);
});

test('the simulator has a folder that no tenant has', () => {
  expect(problems({ name: 'simulator' })).toHaveLength(1);
  expect(problems({ name: 'simulator', domain: 'http://127.0.0.1:8080' }, true)).toEqual([]);
});

test.each([
  ['none', [], /- tenants: expected at least one/],
  ['two of one name', ['acme', 'globex', 'acme'], /- tenants\[2\]\.name: .* found "acme" again/],
])('synthesis refuses %s', (_, names, problem) => {
  const tenants = names.map((name) => ({ name, domain: 'https://acme.ilucca.net' }));
  expect(() => synthTemplates(tenants)).toThrow(problem);
});

test('synthesis fails on a bad tenant, with all its problems', () => {
  const bad = { name: 'acme', domain: 'https://evil.example', timeZone: 'Mars/Olympus' };
  expect(() => synthTemplates([bad])).toThrow(
    /- tenants\[0\]\.domain: .*evil\.example.*\n- tenants\[0\]\.timeZone: .*Mars\/Olympus/,
  );
});

test('nothing that a terminal obeys is shown of a configuration', () => {
  const problems = configured([{ ...acme, name: 'a\u202E\u009B2J' }]);
  expect(new InvalidConfigurationError(problems).message).toContain(String.raw`a\u202E\u009B2J`);
});
