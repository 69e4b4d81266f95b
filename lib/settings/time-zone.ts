import { Temporal } from 'temporal-polyfill';
import { didYouMean, nearestName } from '../../lambdas/shared/nearest-name.ts';
import { quote } from '../../lambdas/shared/problems.ts';

/** Of tenants that name none. */
export const defaultTimeZone = 'Europe/Paris';

/**
 * What is wrong with a time zone, or undefined. It must be a place, or UTC, spelt as IANA does: Node and EventBridge
 * Scheduler don't agree on anything else.
 */
export function timeZoneProblem(timeZone: string): string | undefined {
  if (spelling(timeZone) === timeZone) return undefined;
  return `expected an IANA zone such as "Europe/Paris", found ${quote(timeZone)}${didYouMean(meantBy(timeZone))}`;
}

/** Unicode's zones of System V are none of IANA's. */
const namePattern = /^(UTC|(?!SystemV).+\/.+)$/i;

/** A place's zone as IANA spells it, whatever the case; undefined if there is none. An alias stays one. */
function spelling(timeZone: string): string | undefined {
  try {
    const { timeZoneId } = Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(timeZone);
    return namePattern.test(timeZoneId) ? timeZoneId : undefined;
  } catch {
    return undefined;
  }
}

/** Where Unicode knows other places, or places without summer time. */
const abbreviations: Record<string, string> = {
  BST: 'Europe/London',
  CET: defaultTimeZone,
  EST: 'America/New_York',
  MST: 'America/Denver',
};

function meantBy(timeZone: string): string | undefined {
  return (
    spelling(timeZone) ??
    abbreviations[timeZone.toUpperCase()] ??
    zoneOfOffset(timeZone) ??
    zoneOfAbbreviation(timeZone) ??
    nearestName(timeZone, Intl.supportedValuesOf('timeZone'))
  );
}

/** `Etc/GMT-1` of `+01:00`, `UTC+1` and the like: its sign is the other one. */
function zoneOfOffset(text: string): string | undefined {
  const [, sign, hours] = /^(?:UTC|GMT)?([+-])(\d\d?)(?::?00)?$/i.exec(text) ?? [];
  if (hours === undefined) return undefined;
  return Number(hours) === 0 ? 'UTC' : spelling(`Etc/GMT${sign === '+' ? '-' : '+'}${Number(hours)}`);
}

/** What Unicode takes it for: the zone of Tokyo for `JST`. */
function zoneOfAbbreviation(text: string): string | undefined {
  if (!/^[a-z\d]+$/i.test(text)) return undefined;
  try {
    return spelling(new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone);
  } catch {
    return undefined;
  }
}
