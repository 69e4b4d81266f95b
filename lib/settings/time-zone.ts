/** Of tenants that name none. */
export const defaultTimeZone = 'Europe/Paris';

/** What is wrong with the setting `timeZone`, where it is given. */
export const timeZoneProblems = (timeZone: string | undefined): string[] =>
  timeZone === undefined || isTimeZone(timeZone)
    ? []
    : [`timeZone: expected an IANA zone such as "Europe/Paris", found ${JSON.stringify(timeZone)}`];

/** An offset, such as `+01:00`, is none. */
function isTimeZone(timeZone: string): boolean {
  if (/^[+-]/.test(timeZone)) return false;
  try {
    return new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
