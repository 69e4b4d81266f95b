import type { Outcome } from '../run.ts';
import { type TenantName, tenantNames } from '../scenario.ts';
import type { WatchedLucca } from '../world/world.ts';

/** How the tenants' Luccas were treated. */
export const luccaViolations = (outcome: Outcome): string[] => [
  ...outcome.world.watch.uselessRetries,
  ...tenantNames.flatMap((tenant) =>
    [
      ...rateViolations(outcome.world.luccas[tenant]),
      ...destroyedReports(tenant, outcome),
      ...abandonedReports(tenant, outcome),
      ...needlessTemplates(tenant, outcome),
    ].map((violation) => `${tenant}: ${violation}`),
  ),
];

const requestsPerMinute = 50;

function rateViolations({ requests }: WatchedLucca): string[] {
  const isTooMany = requests.some(({ at }, index) => {
    const earlier = requests[index - requestsPerMinute];
    return earlier !== undefined && at - earlier.at < 60_000;
  });
  return isTooMany ? [`more than ${requestsPerMinute} requests in a minute`] : [];
}

/** No export may have a report generated while another one with the same key needs its own. */
function destroyedReports(tenant: TenantName, { world, executions }: Outcome): string[] {
  const makerOf = (reportId: number) => world.watch.makers.get(`${tenant}/${reportId}`);
  return world.luccas[tenant].supersededReports.flatMap(({ reportId, supersededBy, at }) => {
    const [victim, culprit] = [makerOf(reportId), makerOf(supersededBy)];
    if (victim === undefined || culprit === undefined || victim === culprit) return [];
    const stoppedAt = executions.find(({ execution }) => execution.name === victim)?.execution.stoppedAt;
    const doneAt = world.watch.doneWithLucca.get(victim) ?? stoppedAt ?? Infinity;
    return at < doneAt ? [`${culprit} destroyed report ${reportId} of ${victim}`] : [];
  });
}

/**
 * An export has no other report generated while its own can still be downloaded. In storms, it may have been told too
 * often that it is gone; and a function that is invoked twice creates two.
 */
function abandonedReports(tenant: TenantName, { scenario, world }: Outcome): string[] {
  if (scenario.weather.kind === 'storm') return [];
  const { makers, reportsInHand } = world.watch;
  const makerOf = (reportId: number) => makers.get(`${tenant}/${reportId}`);
  const isDisturbed = (maker: string | undefined) =>
    world.faults.struck.some(
      ({ execution, operation }) => execution === maker && operation === 'CreateReport',
    );
  return world.luccas[tenant].supersededReports.flatMap(({ reportId, supersededBy, status }) => {
    const maker = makerOf(reportId);
    const isInHand = reportsInHand.has(`${tenant}/${reportId}`) && status !== 'error';
    return isInHand && maker === makerOf(supersededBy) && !isDisturbed(maker)
      ? [`${maker} abandoned report ${reportId}, which was ${status}`]
      : [];
  });
}

/** A template is created once, unless an answer was lost, or somebody was stopped before it could be remembered. */
function needlessTemplates(tenant: TenantName, { scenario, world }: Outcome): string[] {
  const isDisturbed = world.faults.struck.some(({ boundary }) =>
    ['Lucca', 'Lambda', 'S3'].includes(boundary),
  );
  if (isDisturbed || scenario.starts.some(({ stop }) => stop !== undefined)) return [];
  const payloads = world.luccas[tenant].templates.map(({ payload }) => JSON.stringify({ ...payload, id: 0 }));
  return new Set(payloads).size === payloads.length ? [] : ['a template is created more than once'];
}
