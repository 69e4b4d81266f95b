import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { errorNames } from '../../lambdas/shared/errors.ts';
import { alarms } from '../support/cloud-watch.ts';
import { synthTemplates } from '../support/synth.ts';

const runbook = readFileSync(new URL('../../docs/runbook.md', import.meta.url), 'utf8');

/** As a link names a heading. */
const slugOf = (heading: string) => heading.toLowerCase().replaceAll(' ', '-');
const sections = [...runbook.matchAll(/^#{2,3} (.*)$/gm)].map(([, heading]) => slugOf(heading!));

test('every error has a section, and so have those of AWS', () => {
  expect(sections).toEqual(
    expect.arrayContaining([...errorNames.map((name) => name.toLowerCase()), 'errors-of-aws']),
  );
});

test('every alarm leads to a section', async () => {
  const linked = (await alarms()).map(({ AlarmDescription }) => /#(.*)$/.exec(AlarmDescription)![1]!);
  expect(linked.length).toBeGreaterThan(6);
  expect(sections).toEqual(expect.arrayContaining(linked));
});

test('its own links lead somewhere', () => {
  const linked = [...runbook.matchAll(/\]\(#([\w-]+)\)/g)].map(([, section]) => section!);
  expect(sections).toEqual(expect.arrayContaining(linked));
});

/** What the commands name: state machines, secrets, stacks and outputs. */
test('what it names is there', () => {
  const { shared, tenants } = synthTemplates();
  const templates = JSON.stringify([shared, ...tenants].map((template) => template.toJSON()));
  const named = new Set(
    [...runbook.matchAll(/LuccaReportExport[-/]acme[-/](?:api-key|Export|Batch|Start|Release)/g)].map(String),
  );
  expect([...named].toSorted()).toEqual([
    'LuccaReportExport-acme-Export',
    'LuccaReportExport-acme-Release',
    'LuccaReportExport-acme-Start',
    'LuccaReportExport/acme/api-key',
  ]);
  const outputs = [...runbook.matchAll(/output\s+`(\w+)`/g)].map(([, output]) => output!);
  expect(outputs).toEqual(['LeaseTableName', 'ApiKeySecretArn', 'UndeliveredQueueUrl']);
  for (const name of [...named, ...outputs]) expect(templates).toContain(`"${name}"`);
});

/** The clients of AWS's services that are installed, by what the command line calls the services. */
const clients = {
  stepfunctions: 'client-sfn',
  dynamodb: 'client-dynamodb',
  s3api: 'client-s3',
  secretsmanager: 'client-secrets-manager',
} as const;

const capital = (words: string) =>
  words.replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());

/** The parameters of a call, by the types of its client. */
function parametersOf(service: keyof typeof clients, call: string): string[] {
  const types = new URL(
    `../../node_modules/@aws-sdk/${clients[service]}/dist-types/models/`,
    import.meta.url,
  );
  const texts = ['models_0.d.ts', 'models_1.d.ts'].flatMap((file) => {
    try {
      return [readFileSync(new URL(file, types), 'utf8')];
    } catch {
      return [];
    }
  });
  const found = new RegExp(`interface ${capital(call)}(?:Input|Request) \\{([\\s\\S]*?)\\n\\}`).exec(
    texts.join('\n'),
  );
  return [...(found?.[1] ?? '').matchAll(/^ {4}(\w+)\??:/gm)].map(([, name]) => name!.toLowerCase());
}

const commands = [
  ...runbook
    .replaceAll('\\\n', ' ')
    .matchAll(/aws (\w+) ([\w-]+)((?: +(?:--[\w-]+|"[^"\n]*(?:\\"[^"\n]*)*"|'[^']*'|[^\s|`]+))*)/g),
].map(([, service, call, rest]) => ({
  service: service!,
  call: call!,
  options: [...rest!.matchAll(/ --([\w-]+)/g)].map(([, option]) => option!),
}));

test.each(commands.filter(({ service }) => service in clients))(
  'aws $service $call has the options that are given',
  ({ service, call, options }) => {
    const parameters = parametersOf(service as keyof typeof clients, call);
    expect(parameters.length).toBeGreaterThan(0);
    expect(options.length).toBeGreaterThan(0);
    for (const option of options) expect(parameters).toContain(option.replaceAll('-', ''));
  },
);
