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

/**
 * No export may have a report generated while another one with the same key needs its own. A function that is invoked
 * twice may, the second time, when its export is long over: see decision 8.
 */
function destroyedReports(tenant: TenantName, { world, executions }: Outcome): string[] {
  const makerOf = (reportId: number) => world.watch.makers.get(`${tenant}/${reportId}`);
  return world.luccas[tenant].supersededReports.flatMap(({ reportId, supersededBy, at }) => {
    const [victim, culprit] = [makerOf(reportId), makerOf(supersededBy)];
    if (victim === undefined || culprit === undefined || victim === culprit) return [];
    if (createsTwice(culprit, world)) return [];
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
  return world.luccas[tenant].supersededReports.flatMap(({ reportId, supersededBy, status }) => {
    const maker = makerOf(reportId);
    const isInHand = reportsInHand.has(`${tenant}/${reportId}`) && status !== 'error';
    return isInHand && maker === makerOf(supersededBy) && !createsTwice(maker, world)
      ? [`${maker} abandoned report ${reportId}, which was ${status}`]
      : [];
  });
}

const createsTwice = (maker: string | undefined, { faults }: Outcome['world']) =>
  faults.struck.some(
    ({ execution, operation, kind }) =>
      execution === maker && operation === 'CreateReport' && kind === 'delivered twice',
  );

/**
 * A template is created once, unless an answer was lost, somebody was stopped before it could be remembered, or a new
 * key doesn't see it.
 */
function needlessTemplates(tenant: TenantName, { scenario, world }: Outcome): string[] {
  const isDisturbed = world.faults.struck.some(({ boundary }) =>
    ['Lucca', 'Lambda', 'S3'].includes(boundary),
  );
  const isStopped = scenario.starts.some(({ stop }) => stop !== undefined);
  if (isDisturbed || isStopped || scenario.tenants[tenant].rotation !== undefined) return [];
  const payloads = world.luccas[tenant].templates.map(({ payload }) => JSON.stringify({ ...payload, id: 0 }));
  return new Set(payloads).size === payloads.length ? [] : ['a template is created more than once'];
}
