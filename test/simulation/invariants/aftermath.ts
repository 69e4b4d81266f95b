import type { Outcome } from '../run.ts';
import type { Strike } from '../world/faults.ts';
import type { Invocation } from '../world/invocation.ts';
import { echoedKeys } from '../world/world.ts';

/** What is left behind when everything has ended. */
export const aftermathViolations = (outcome: Outcome): string[] => [...leftovers(outcome), ...leaks(outcome)];

function leftovers({ scenario, remains, world, executions }: Outcome): string[] {
  const { leases, losesEvents, uploads, unread } = remains;
  // Longer than leases are given back for: then they expire.
  const isLong = scenario.weather.outages.some(
    ({ boundary, from, to }) => boundary === 'DynamoDB' && to - from > 3000,
  );
  const { leaseholders, doneWithLucca } = world.watch;
  return [
    // Others would have to wait until somebody notices.
    ...executions
      .filter(
        ({ execution: { name, result } }) =>
          leaseholders.has(name) && !doneWithLucca.has(name) && result?.status !== 'ABORTED',
      )
      .map(({ execution }) => `${execution.name} does not give its lease back by itself`),
    // Without the event of an end, the next export takes the lease over.
    ...(isLong || losesEvents ? [] : leases.map((lease) => `a lease is left: ${JSON.stringify(lease)}`)),
    ...uploads
      .filter(({ invocation }) => !isUnavoidable(invocation, world.faults.struck))
      .map(({ key }) => `an upload is left: ${key}`),
    ...unread
      .filter((invocation) => invocation?.killed !== true)
      .map((invocation) => `an answer was not read to its end by ${invocation?.functionName}`),
  ];
}

/** Nobody can abort an upload when its function has died, when S3 didn't tell its id, or won't abort it: it expires. */
const isUnavoidable = (invocation: Invocation | undefined, struck: readonly Strike[]) =>
  invocation?.killed === true ||
  struck.some(
    ({ execution, operation, kind }) =>
      execution === invocation?.execution &&
      ((operation === 'CreateMultipartUpload' && /answer/.test(kind)) ||
        operation === 'AbortMultipartUpload'),
  );

const holdsKey = (text: string) => echoedKeys.some((key) => text.includes(key));

/** The API keys are in Secrets Manager and in requests, and nowhere else. */
function leaks({ world, remains, executions }: Outcome): string[] {
  return [
    ...world.watch.leaks,
    ...world.logs.filter(holdsKey).map((line) => `log: ${line}`),
    ...executions
      .filter(({ execution }) => holdsKey(JSON.stringify(execution.result)))
      .map(({ execution }) => `result of ${execution.name}`),
    ...remains.versions
      .filter(({ bytes, metadata }) => holdsKey(bytes.toString('latin1') + JSON.stringify(metadata)))
      .map(({ key }) => key),
  ].map((place) => `API key in ${place}`);
}
