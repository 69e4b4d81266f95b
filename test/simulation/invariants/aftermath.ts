import type { Outcome } from '../run.ts';
import { tenantNames } from '../scenario.ts';
import { keyOf, newKeyOf } from '../world.ts';

/** What is left behind when everything has ended. */
export const aftermathViolations = (outcome: Outcome): string[] => [...leftovers(outcome), ...leaks(outcome)];

function leftovers({ scenario, world, leases }: Outcome): string[] {
  const { s3, traffic } = world;
  // Longer than leases are given back for: then they expire.
  const isLong = scenario.weather.outages.some(
    ({ boundary, from, to }) => boundary === 'DynamoDB' && to - from > 3000,
  );
  return [
    ...(isLong ? [] : leases.map((lease) => `a lease is left: ${JSON.stringify(lease)}`)),
    // Of a function that died: S3 deletes it by the bucket's lifecycle rule.
    ...[...s3.uploads.values()]
      .filter(({ invocation }) => invocation?.killed !== true)
      .map(({ key }) => `an upload is left: ${key}`),
    ...[...traffic.open.values()]
      .filter((invocation) => invocation?.killed !== true)
      .map((invocation) => `an answer was not read to its end by ${invocation?.functionName}`),
  ];
}

/** The API keys are in Secrets Manager and in requests, and nowhere else. */
function leaks({ world, logs, executions }: Outcome): string[] {
  const keys = tenantNames.flatMap((name) => [keyOf(name), newKeyOf(name)]);
  const holdsKey = (text: string) => keys.some((key) => text.includes(key));
  return [
    ...world.leaks,
    ...logs.filter(holdsKey).map((line) => `log: ${line}`),
    ...executions
      .filter(({ execution }) => holdsKey(JSON.stringify(execution.result)))
      .map(({ execution }) => `result of ${execution.name}`),
    ...world.s3.versions
      .filter(({ bytes, metadata }) => holdsKey(bytes.toString('latin1') + JSON.stringify(metadata)))
      .map(({ key }) => key),
  ].map((place) => `API key in ${place}`);
}
