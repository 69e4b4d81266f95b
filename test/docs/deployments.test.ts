import { readFileSync } from 'node:fs';
import type { Template } from 'aws-cdk-lib/assertions';
import { expect, test } from 'vitest';
import { acme } from '../support/acme.ts';
import { synthTemplates } from '../support/synth.ts';

const document = readFileSync(new URL('../../docs/deployments.md', import.meta.url), 'utf8').replaceAll(
  '\n',
  ' ',
);

const count = (template: Template, type: string) => Object.keys(template.findResources(type)).length;

test('a tenant takes as many roles and rules as the document says', () => {
  const [, roles, scheduled, all] =
    /A tenant takes (\d+) roles and a rule of EventBridge; with schedules, (\d+) roles\..* 200 tenants take ([\d,]+) roles/.exec(
      document,
    )!;
  const [quiet] = synthTemplates([{ ...acme, schedules: [] }]).tenants as [Template];
  const [busy] = synthTemplates().tenants as [Template];
  expect([quiet, busy].map((template) => count(template, 'AWS::IAM::Role'))).toEqual([
    Number(roles),
    Number(scheduled),
  ]);
  expect([quiet, busy].map((template) => count(template, 'AWS::Events::Rule'))).toEqual([1, 1]);
  expect(Number(all!.replace(',', ''))).toBe(200 * Number(scheduled));
});
