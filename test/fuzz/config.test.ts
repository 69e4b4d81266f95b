import { Duration } from 'aws-cdk-lib';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { dateIn } from '../../lambdas/request/period.ts';
import type { ExportInput } from '../../lambdas/request/export-input.ts';
import type { ScheduleSettings } from '../../lib/settings/schedule-settings.ts';
import { configProblems, type TenantSettings } from '../../lib/settings/tenant-settings.ts';
import { literal } from '../../lib/workflows/jsonata.ts';
import { outputOf, pass } from '../local/states-language/support.ts';
import { hostileJson, hostileText, runs, spoilt, timeZone, validRequest } from './support.ts';

const acme = { name: 'acme', domain: 'https://acme.ilucca.net' };

const problemsOf = (...tenants: TenantSettings[]) =>
  configProblems({ tenants, alarms: 'none' }, { allowLoopbackDomain: false });

/** A good text with something else put into it, or in place of a part of it. */
const mutated = (good: fc.Arbitrary<string>, pieces: string[]) =>
  fc
    .tuple(good, fc.oneof(fc.constantFrom('', ...pieces), hostileText), fc.nat(), fc.nat(3))
    .map(([text, piece, at, left]) => {
      const start = at % (text.length + 1);
      return text.slice(0, start) + piece + text.slice(start + left);
    });

const goodName = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,48}[a-z0-9])?$/);
const name = fc.oneof(
  goodName,
  mutated(goodName, ['-', '_', '.', '/', 'A', 'ä', 'ａ', '\n', '\0', ' ']),
  hostileText,
);

const goodDomain = fc.constantFrom(
  'https://acme.ilucca.net',
  'https://acme.ilucca.ch',
  'https://acme.ilucca-test.net',
  'https://acme-staging.sandbox.eu1.luccasoftware.com',
);
const domain = fc.oneof(
  goodDomain,
  mutated(goodDomain, [
    '.evil.com',
    'evil.com/',
    'evil.com#',
    'evil.com?',
    'evil.com\\',
    '@evil.com',
    'a:b@',
    ':8443',
    ':443',
    '/',
    '．',
    '。',
    'ａ',
    'а',
    'ı',
    'K',
    '\t',
    '\n',
    '%2e',
    '..',
    'xn--',
    'HTTPS',
    'http:',
    '[::1]',
    '127.0.0.1',
  ]),
  hostileText,
);

const zone = fc.oneof(
  timeZone,
  mutated(timeZone, ['+', '/', '.', ' ']),
  hostileText,
  fc.constantFrom('+01:00', '-0530'),
);

const goodExpression = fc.constantFrom(
  'cron(0 6 2 * ? *)',
  'cron(0/15 8-17 ? * MON-FRI *)',
  'cron(30 22 ? * 6L 2026-2030)',
  'cron(0 6 ? JAN,JUL 2#1 *)',
  'rate(1 day)',
  'rate(12 hours)',
);
const expression = fc.oneof(
  goodExpression,
  mutated(goodExpression, [
    '*',
    '?',
    '/0',
    '-',
    ',',
    '#',
    'L',
    'W',
    '0.5',
    '-1',
    '9999999999',
    '1e9',
    ' ',
    ')',
  ]),
  hostileText,
);

const duration = fc
  .tuple(
    fc.oneof(fc.nat(100), fc.double({ min: 0, max: 1e300, noNaN: true })),
    fc.constantFrom('millis', 'seconds', 'minutes', 'hours', 'days'),
  )
  .map(([amount, unit]) => Duration[unit](amount));

const input = fc.oneof(validRequest, spoilt(validRequest)).map((fields) => fields as ExportInput);
const batch = fc.oneof(
  fc.record({ exports: fc.array(input, { maxLength: 3 }), skipExisting: fc.boolean() }),
  hostileJson as fc.Arbitrary<NonNullable<ScheduleSettings['batch']>>,
);
const schedule: fc.Arbitrary<ScheduleSettings> = fc.record(
  { name, expression, timeZone: zone, export: input, batch, flexibleWindow: duration, enabled: fc.boolean() },
  { requiredKeys: ['name', 'expression'] },
);
const settings: fc.Arbitrary<TenantSettings> = fc.record(
  {
    name,
    domain,
    timeZone: zone,
    reportTimeout: duration,
    defaultExport: input,
    schedules: fc.array(schedule, { maxLength: 3 }),
  },
  { requiredKeys: ['name', 'domain'] },
);

const problemLine =
  /^tenants\[(\d+)\]([.[]\S[^\n]*)?: (expected [^\n]+|unknown field(, did you mean "\w+"\?)?)$/;

test('whatever tenants hold, each problem is told on one line that says which tenant', () => {
  fc.assert(
    fc.property(fc.array(settings, { minLength: 1, maxLength: 3 }), (tenants) => {
      const problems = problemsOf(...tenants);
      expect(problems.filter((problem) => !problemLine.test(problem))).toEqual([]);
      expect(problems.filter((problem) => Number(problemLine.exec(problem)![1]) >= tenants.length)).toEqual(
        [],
      );
    }),
    runs(100),
  );
});

const fieldNames =
  'name domain timeZone timezone reportTimeout defaultExport schedules expression export batch exports ' +
  'flexibleWindow enabled templateId template formats __proto__';
const field = fc.constantFrom(...fieldNames.split(' '));

/** What looks like a configuration at every level, of which nothing has the type that it should have. */
const { configuration } = fc.letrec<{ configuration: unknown }>((tie) => ({
  configuration: fc.oneof(
    { maxDepth: 5, depthSize: 'small' },
    fc.oneof(hostileJson, expression, zone, duration, fc.constantFrom(undefined, Number.NaN, 1n)),
    fc.array(tie('configuration'), { maxLength: 3 }),
    fc
      .array(fc.tuple(field, tie('configuration')), { maxLength: 6 })
      .map((fields) => Object.fromEntries(fields)),
  ),
}));

test('whatever stands in the place of tenants is accepted or refused, each problem on a line with its place', () => {
  fc.assert(
    fc.property(fc.oneof(configuration, fc.array(configuration, { minLength: 1 })), (tenants) => {
      const problems = configProblems({ tenants, alarms: 'none' }, { allowLoopbackDomain: false });
      const line = Array.isArray(tenants) && tenants.length > 0 ? problemLine : /^tenants: expected [^\n]+$/;
      expect(problems.filter((problem) => !line.test(problem))).toEqual([]);
    }),
    runs(300),
  );
});

test('a name that passes is safe as the first folder of a key', () => {
  fc.assert(
    fc.property(name, (name) => {
      const isSafe = name.length <= 50 && /^[a-z0-9-]+$/.test(name) && !/^-|-$/.test(name);
      expect(problemsOf({ ...acme, name }).length === 0).toBe(isSafe);
    }),
    runs(500),
  );
});

const luccaHost = /^(?!\.)[a-z0-9.-]+\.(ilucca(-test|-demo)?\.(net|ch)|luccasoftware\.com)$/;

test('a domain that passes is the https origin of a Lucca, and nothing else', () => {
  fc.assert(
    fc.property(domain, (domain) => {
      if (problemsOf({ ...acme, domain }).length > 0) return;
      const { protocol, hostname, port, username, password, pathname, search, hash } = new URL(domain);
      expect({ protocol, port, username, password, pathname, search, hash }).toEqual({
        protocol: 'https:',
        port: '',
        username: '',
        password: '',
        pathname: '/',
        search: '',
        hash: '',
      });
      expect(hostname).toMatch(luccaHost);
      expect(domain).toBe(`https://${hostname}`);
    }),
    runs(1000),
  );
});

test('domains that only look like those of a Lucca are refused', () => {
  fc.assert(
    fc.property(
      fc.domain(),
      goodDomain,
      fc.constantFrom('.', '/', '@', '#', '?', ':80@', '-'),
      (evil, good, by) => {
        expect(problemsOf({ ...acme, domain: `${good}${by}${evil}` })).toHaveLength(1);
        expect(
          problemsOf({ ...acme, domain: `https://${evil}${by}${good.slice(8)}`.replace('.', '/') }),
        ).toHaveLength(1);
      },
    ),
  );
});

test('a time zone that passes is a name in which days can be told', () => {
  fc.assert(
    fc.property(zone, (timeZone) => {
      if (problemsOf({ ...acme, timeZone }).length > 0) return;
      expect(timeZone).toMatch(/^[A-Za-z]/);
      expect(dateIn('2026-11-02T12:00:00Z', timeZone).year).toBe(2026);
    }),
    runs(200),
  );
});

const awsExpression =
  /^(cron\((([\d*,/-]|\b[a-z]{3}\b)+ ){2}[\d*,/?LW-]+ ([\d*,/-]|\b[a-z]{3}\b)+ ([\d*,/?L#-]|\b[a-z]{3}L?\b)+ [\d*,/-]+\)|rate\([1-9]\d* [a-z]+\))$/i;

test('a name, an expression and a window of a schedule that pass are such as AWS takes', () => {
  fc.assert(
    fc.property(name, expression, duration, (name, expression, flexibleWindow) => {
      const schedules = [{ name, expression, flexibleWindow, export: { templateId: 42 } }];
      const problems = problemsOf({ ...acme, schedules });
      const bad = (field: string) =>
        problems.some((problem) => problem.startsWith(`tenants[0].schedules[0].${field}:`));
      expect(bad('name') || /^[a-z0-9-]{1,30}$/.test(name)).toBe(true);
      expect(bad('expression') || awsExpression.test(expression)).toBe(true);
      const minutes = flexibleWindow.toMinutes({ integral: false });
      expect(bad('flexibleWindow')).toBe(!(Number.isInteger(minutes) && minutes >= 1 && minutes <= 1440));
    }),
    runs(300),
  );
});

test('text of a configuration is the same once the definition that has it is run', async () => {
  const pieces = ['{%', '%}', '${', '"', "'", '\\', '\n', '\0', '%', '$states.context'];
  const text = fc.array(fc.oneof(fc.constantFrom(...pieces), hostileText), { maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(text, async (parts) => {
      const value = { name: parts.join(''), expression: `{%${parts.join('')}%}` };
      expect(await outputOf(pass(literal(value)))).toEqual(value);
    }),
  );
});
