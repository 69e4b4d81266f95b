import { Duration } from 'aws-cdk-lib';
import { describe, expect, test } from 'vitest';
import { tenantProblems, type TenantSettings } from '../../../lib/settings/tenant-settings.ts';
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
  ['reportTimeout', { reportTimeout: Duration.hours(7) }],
  ['reportTimeout', { reportTimeout: Duration.millis(90_500) }],
])('a bad %s is named and quoted: %j', (field, settings) => {
  expect(problems(settings)).toEqual([expect.stringMatching(new RegExp(`^${field}: expected .* found `))]);
});

test('the simulator has a folder that no tenant has', () => {
  expect(problems({ name: 'simulator' }, true)).toHaveLength(1);
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
