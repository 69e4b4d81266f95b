import type { Template } from 'aws-cdk-lib/assertions';
import { expect, test } from 'vitest';
import type { AlarmSettings } from '../../../lib/settings/alarm-settings.ts';
import { configProblems } from '../../../lib/settings/tenant-settings.ts';
import { acme } from '../../support/acme.ts';
import { synthTemplates } from '../../support/synth.ts';

const topicArn = 'arn:aws:sns:eu-west-3:123456789012:on-call';
const emails = ['on-call@acme.example'];

const problems = (alarms: unknown, ofTenant?: unknown) =>
  configProblems({ tenants: [{ ...acme, alarms: ofTenant }], alarms }, { allowLoopbackDomain: false });

test.each([
  ['none'],
  [{ emails }],
  [{ topicArn }],
  [{ emails, topicArn, runbook: 'https://acme.example/runbook.md' }],
])('it may be said who is told: %j', (alarms) => {
  expect(problems(alarms)).toEqual([]);
  expect(problems('none', alarms)).toEqual([]);
});

test('who is told has to be said for all that tenants share, with what to write', () => {
  for (const ofTenant of [undefined, { emails }]) {
    expect(problems(undefined, ofTenant)).toEqual([
      'alarms: expected who is told of failures, { emails: ["on-call@acme.example"] }, ' +
        '{ topicArn: "arn:aws:sns:…" } or "none", but it is missing',
    ]);
  }
});

test.each<[unknown, RegExp]>([
  [{}, /^alarms: expected .*, found nobody in it$/],
  [{ runbook: 'x' }, /^alarms: expected .*, found nobody in it$/],
  [{ emails: [] }, /^alarms\.emails: expected at least 1 entry/],
  [{ emails: ['on-call'] }, /^alarms\.emails\[0\]: expected an e-mail address, found "on-call"$/],
  [{ email: 'on-call@acme.example' }, /^alarms\.email: unknown field, did you mean "emails"\?$/],
  [{ topicArn: 'on-call' }, /^alarms\.topicArn: expected the ARN of an SNS topic/],
  [{ emails, runbook: 'page.md#section' }, /^alarms\.runbook: expected where a page is, without a fragment/],
  ['None', /^alarms: expected an object, found "None"$/],
  [null, /^alarms: expected an object, found null$/],
])('who is told may not be %j', (alarms, problem) => {
  expect(problems(alarms)[0]).toMatch(problem);
  expect(problems('none', alarms)[0]).toMatch(new RegExp(problem.source.replace('^', '^tenants\\[0\\]\\.')));
});

const count = ({ shared, tenants }: ReturnType<typeof synthTemplates>, type: string) =>
  [shared, ...tenants].map((template: Template) => Object.keys(template.findResources(type)).length);

test('the topic of all tenants is shared, that of one is its own', () => {
  const globex = { ...acme, name: 'globex', alarms: { emails: ['it@globex.example'] } };
  const templates = synthTemplates([acme, globex]);
  expect(count(templates, 'AWS::SNS::Topic')).toEqual([1, 0, 1]);
  expect(count(templates, 'AWS::SNS::Subscription')).toEqual([1, 0, 1]);
  expect(count(templates, 'AWS::CloudWatch::Alarm')).toEqual([1, 6, 6]);
});

/** What the shared stack exports for tenants' stacks. */
const exported = (alarms: AlarmSettings) =>
  Object.values(
    synthTemplates([acme], { alarms }).shared.toJSON()['Outputs'] as Record<string, { Export?: unknown }>,
  )
    .flatMap(({ Export }) => (Export === undefined ? [] : [JSON.stringify(Export)]))
    .toSorted();

test('where nobody wants to be told, there is nothing for it but the topic, which tenants may come to import', () => {
  const templates = synthTemplates([acme], { alarms: 'none' });
  expect(count(templates, 'AWS::SNS::Topic')).toEqual([1, 0]);
  expect(count(templates, 'AWS::CloudWatch::Alarm')).toEqual([0, 0]);
  expect(JSON.stringify(templates.tenants[0])).not.toContain('sns:');
  expect(exported('none')).toEqual(exported({ emails }));
  expect(exported({ topicArn })).toEqual(exported({ emails }));
});

test('a topic that there is gets no policy, and e-mail addresses if they are given', () => {
  const templates = synthTemplates([acme], { alarms: { topicArn, emails } });
  expect(count(templates, 'AWS::SNS::Topic')).toEqual([1, 0]);
  templates.shared.hasResourceProperties('AWS::SNS::Subscription', { TopicArn: topicArn, Protocol: 'email' });
});

test('a topic of ours takes what this account publishes, over TLS alone', () => {
  const { shared } = synthTemplates();
  const [policy] = Object.values(shared.findResources('AWS::SNS::TopicPolicy'));
  expect(policy!.Properties).toMatchObject({
    PolicyDocument: {
      Statement: [
        { Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
        {
          Effect: 'Allow',
          Principal: { Service: 'cloudwatch.amazonaws.com' },
          Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
        },
      ],
    },
  });
});
