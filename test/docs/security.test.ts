import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { permissionsOf } from '../support/permissions.ts';
import { synthTemplates } from '../support/synth.ts';

/** What writing logs and traces takes. */
const logging = /^(logs|xray):/;

/** `Functions Check Report` of `TenantFunctionsCheckReportRole35007B0B`. */
const nameOf = (role: string) =>
  role
    .replace(/^Tenant/, '')
    .replace(/Role(ForTarget)?([0-9a-f]{6})?[0-9A-F]{8}$/, '')
    .replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ');

test('the table of rights is what the roles of a tenant may do', () => {
  const document = readFileSync(new URL('../../docs/security.md', import.meta.url), 'utf8');
  const told = document.match(/^\| [A-Z][\w ]+? +\| [`n].*$/gm)!.map((line) => line.replaceAll(/ +/g, ' '));
  const [acme] = synthTemplates().tenants;
  const rights = Object.entries(permissionsOf(acme!)).map(([role, actions]) => {
    const own = actions.filter((action) => !logging.test(action)).toSorted();
    return `| ${nameOf(role)} | ${own.map((action) => `\`${action}\``).join(', ') || 'nothing'} |`;
  });
  expect(told.toSorted()).toEqual(rights.toSorted());
});
