import { Duration } from 'aws-cdk-lib';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { expect, test } from 'vitest';
import type { ScheduleSettings } from '../../lib/settings/schedule-settings.ts';
import { tenantProblems } from '../../lib/settings/tenant-settings.ts';
import { acme } from '../support/acme.ts';
import { synthTemplates } from '../support/synth.ts';

const monthly: ScheduleSettings = acme.schedules![0]!;

test.each<[string, Partial<ScheduleSettings>, RegExp]>([
  ['name', { name: 'Every Month' }, /^schedules\[1\]\.name: .*"Every Month"/],
  ['name, given twice', { name: 'monthly' }, /^schedules\[1\]\.name: .*"monthly" again/],
  ['expression', { expression: 'cron(61 6 2 * ? *)' }, /^schedules\[1\]\.expression: .*"cron\(61 6 2/],
  ['time zone', { timeZone: 'Mars/Olympus' }, /^schedules\[1\]\.timeZone: .*"Mars\/Olympus"/],
  ['window', { flexibleWindow: Duration.days(2) }, /^schedules\[1\]\.flexibleWindow: .*2 days/],
  [
    'window of half minutes',
    { flexibleWindow: Duration.seconds(90) },
    /^schedules\[1\]\.flexibleWindow: .*1 minute 30 seconds/,
  ],
  [
    'export',
    { export: { templateId: 42, period: 'lastMonth' as 'previousMonth' } },
    /^schedules\[1\]\.export\.period: .*"lastMonth"/,
  ],
  ['export, which is missing', { export: {} }, /^schedules\[1\]\.export\.templateId: .*found neither/],
  [
    'export beside a batch',
    { batch: { exports: [{ templateId: 1 }] } },
    /^schedules\[1\]\.export: .*found both/,
  ],
])('a bad %s is named and quoted', (_, settings, problem) => {
  const schedules = [monthly, { ...monthly, name: 'other', ...settings }];
  expect(tenantProblems({ ...acme, schedules }, { allowLoopbackDomain: false })).toEqual([
    expect.stringMatching(problem),
  ]);
});

test('a bad export of a batch is named and quoted', () => {
  const batch = { exports: [{ templateId: 42 }, { templateId: 42, formats: ['pdf'] }] } as unknown as object;
  const schedules = [{ name: 'weekly', expression: 'rate(7 days)', batch } as ScheduleSettings];
  expect(tenantProblems({ ...acme, schedules }, { allowLoopbackDomain: false })).toEqual([
    expect.stringMatching(/^schedules\[0\]\.batch\.exports\[1\]\.formats\[0\]: .*"pdf"/),
  ]);
});

test('with a default export, a schedule need not say what', () => {
  const schedules = [{ name: 'daily', expression: 'rate(1 day)' }];
  const defaultExport = { templateId: 42, period: 'yesterday' } as const;
  const settings = { ...acme, schedules, defaultExport };
  expect(tenantProblems(settings, { allowLoopbackDomain: false })).toEqual([]);
});

test('a schedule is delivered in its time zone, again until it arrives, and to the dead-letter queue if it never does', () => {
  const schedule: ScheduleSettings = {
    ...monthly,
    timeZone: 'Europe/Zurich',
    flexibleWindow: Duration.minutes(15),
    enabled: false,
  };
  const { shared, tenants } = synthTemplates([{ ...acme, schedules: [schedule] }]);
  (tenants[0] as Template).hasResourceProperties('AWS::Scheduler::Schedule', {
    ScheduleExpression: 'cron(0 6 2 * ? *)',
    ScheduleExpressionTimezone: 'Europe/Zurich',
    FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 15 },
    State: 'DISABLED',
    Target: {
      RetryPolicy: { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 },
      DeadLetterConfig: { Arn: Match.anyValue() },
    },
  });
  shared.resourceCountIs('AWS::SQS::Queue', 1);
});
