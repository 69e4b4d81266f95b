import { TimeZone } from 'aws-cdk-lib';
import { expect, test } from 'vitest';
import { timeZoneProblem } from '../../../lib/settings/time-zone.ts';

/** The zones of IANA's database, as the CDK lists them. */
const zones = Object.getOwnPropertyNames(TimeZone)
  .map((name) => TimeZone[name as keyof typeof TimeZone] as unknown)
  .filter((zone) => zone instanceof TimeZone)
  .map(({ timezoneName }) => timezoneName)
  .filter((name) => name.includes('/'));

test('a time zone may be any place of IANA’s, but only in its spelling', () => {
  expect(zones.length).toBeGreaterThan(300);
  expect(zones.filter((zone) => timeZoneProblem(zone) !== undefined)).toEqual([]);
  const suggested = zones.map((zone) => / mean "(.*)"\?$/.exec(timeZoneProblem(zone.toLowerCase())!)?.[1]);
  expect(suggested).toEqual(zones);
});

test.each(['UTC', 'Etc/UTC', 'Etc/GMT-1', 'Asia/Calcutta', 'Asia/Kolkata', 'Europe/Kiev', 'Europe/Kyiv'])(
  'a time zone may be %s, an alias or none',
  (zone) => {
    expect(timeZoneProblem(zone)).toBeUndefined();
  },
);

test.each([
  ['europe/paris', 'Europe/Paris'],
  ['Europe/Pari', 'Europe/Paris'],
  ['Europe\\Paris', 'Europe/Paris'],
  [' Europe/Paris', 'Europe/Paris'],
  ['Paris', 'Europe/Paris'],
  ['new york', 'America/New_York'],
  ['JST', 'Asia/Tokyo'],
  ['EST', 'America/New_York'],
  ['PST', 'America/Los_Angeles'],
  ['BST', 'Europe/London'],
  ['CET', 'Europe/Paris'],
  ['EST5EDT', 'America/New_York'],
  ['Japan', 'Asia/Tokyo'],
  ['GMT', 'UTC'],
  ['utc', 'UTC'],
  ['+01:00', 'Etc/GMT-1'],
  ['-0500', 'Etc/GMT+5'],
  ['UTC+2', 'Etc/GMT-2'],
  ['+00:00', 'UTC'],
])('instead of %j, %s is suggested', (zone, suggestion) => {
  expect(timeZoneProblem(zone)).toBe(
    `expected an IANA zone such as "Europe/Paris", found ${JSON.stringify(zone)}, did you mean "${suggestion}"?`,
  );
});

test.each(['Mars', 'Mars/Olympus', '', '+05:30', '+15:00', 'Factory', 'SystemV/EST5EDT', '__proto__'])(
  'of %j nobody knows what is meant',
  (zone) => {
    expect(timeZoneProblem(zone)).toMatch(/, found "[^"]*"$/);
  },
);
