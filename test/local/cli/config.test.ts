import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { start } from './process.ts';

/** The project with another configuration. */
function projectWith(config: string): string {
  const project = mkdtempSync(join(tmpdir(), 'lucca-report-export-config-'));
  onTestFinished(() => rmSync(project, { recursive: true, force: true }));
  for (const part of ['bin', 'lib', 'lambdas', 'local', 'package.json']) {
    cpSync(part, join(project, part), { recursive: true });
  }
  symlinkSync(join(process.cwd(), 'node_modules'), join(project, 'node_modules'));
  writeFileSync(join(project, 'bin/config.ts'), config);
  return project;
}

const wrong = `export const alarms = { email: 'on-call@acme.example' };
export const tenants = [
  { name: 'acme', domain: 'https://acme.ilucca.net', timezone: 'UTC' },
  { name: 'Ä', domain: 'https://evil.example', schedules: [{ name: 'never', expression: 'cron(0 6 31 2 ? *)' }] },
];`;
const problems = [
  'alarms.email: unknown field, did you mean "emails"?',
  'tenants[0].timezone: unknown field, did you mean "timeZone"?',
  'tenants[1].name: expected at most 50 lower-case letters, digits and hyphens, found "Ä"',
  'tenants[1].domain: expected the https origin of a Lucca, such as "https://acme.ilucca.net", found "https://evil.example"',
  'tenants[1].schedules[0].expression: expected a day that comes, found "cron(0 6 31 2 ? *)"',
  'tenants[1].schedules[0].export.templateId: expected either "templateId" or "template", found neither',
];

const cause = ['The configuration of the tenants is wrong:', ...problems.map((line) => `- ${line}`)].join(
  '\n',
);

test.each<[string, string, string]>([
  ['wrong in several places', wrong, cause],
  ['no TypeScript', 'export const tenants = [{ name: ;', '\n- bin/config.ts: '],
  ['one that throws', "throw new Error('no tenants today');", '\n- bin/config.ts: Error: no tenants today'],
  ['empty', '', '\n- tenants: expected at least one in a list, found undefined'],
])('a configuration that is %s is told at once', async (_, config, told) => {
  const project = projectWith(config);
  const { code, stdout, stderr } = await start(['--json'], { cwd: project });
  const { error, cause } = JSON.parse(stdout) as Record<string, string>;
  expect([error, code, stderr]).toEqual(['InvalidConfigurationError', 1, '']);
  expect(cause).toContain(told);
  expect(readdirSync(project)).not.toContain('exports');
});

test('people are told what is wrong in the configuration and nothing else, by the synthesis as well', async () => {
  const project = projectWith(wrong);
  const started = await start([], { cwd: project });
  expect(started).toEqual({
    code: 1,
    stdout: '',
    stderr: `Export failed with InvalidConfigurationError\n${cause}\n`,
  });
  const { status, stdout, stderr } = spawnSync(process.execPath, ['bin/app.ts'], {
    cwd: project,
    encoding: 'utf8',
  });
  expect({ status, stdout, stderr }).toEqual({
    status: 1,
    stdout: '',
    stderr: `InvalidConfigurationError: ${cause}\n`,
  });
});
