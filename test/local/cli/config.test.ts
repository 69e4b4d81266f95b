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

const acme = "name: 'acme', domain: 'https://acme.ilucca.net'";

test.each<[string, string, string[]]>([
  [
    'wrong in several places',
    `export const tenants = [{ ${acme}, timeZone: 'Mars' }, { name: 'Ä', domain: 'https://evil.example' }];`,
    ['tenants[0].timeZone: ', 'tenants[1].name: ', 'tenants[1].domain: '],
  ],
  ['no TypeScript', 'export const tenants = [{ name: ;', ['bin/config.ts: ']],
  ['one that throws', "throw new Error('no tenants today');", ['bin/config.ts: Error: no tenants today']],
])('a configuration that is %s is told at once', async (_, config, problems) => {
  const project = projectWith(config);
  const { code, stdout, stderr } = await start(['--json'], { cwd: project });
  const { error, cause } = JSON.parse(stdout) as Record<string, string>;
  expect([error, code, stderr]).toEqual(['InvalidConfigurationError', 1, '']);
  for (const problem of problems) expect(cause).toContain(`\n- ${problem}`);
  expect(readdirSync(project)).not.toContain('exports');
});
