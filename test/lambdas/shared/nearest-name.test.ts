import { expect, test } from 'vitest';
import { nearestName } from '../../../lambdas/shared/nearest-name.ts';

const names = ['name', 'domain', 'timeZone', 'reportTimeout', 'defaultExport', 'schedules', 'enabled', 'to'];

test.each([
  ['timezone', 'timeZone'],
  ['time_zone', 'timeZone'],
  ['TimeZones', 'timeZone'],
  ['zone', 'timeZone'],
  ['shedules', 'schedules'],
  ['schedule', 'schedules'],
  ['nmae', undefined],
  ['nam', 'name'],
  ['timeout', 'reportTimeout'],
  ['default-export', 'defaultExport'],
  ['disabled', undefined],
  ['TO', 'to'],
  ['do', undefined],
  ['apiKey', undefined],
  ['', undefined],
  ['__proto__', undefined],
  ['schedules'.repeat(10_000), undefined],
])('%.20j is meant to be %j', (text, name) => {
  expect(nearestName(text, names)).toBe(name);
});
