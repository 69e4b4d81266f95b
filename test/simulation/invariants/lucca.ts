import type { Outcome } from '../run.ts';
import { type TenantName, tenantNames } from '../scenario.ts';
import type { Maker, WatchedLucca } from '../world/world.ts';

/** How the tenants' Luccas were treated. */
export const luccaViolations = (outcome: Outcome): string[] => [
  ...outcome.world.watch.uselessRetries,
  ...tenantNames.flatMap((tenant) =>
    [
      ...rateViolations(outcome.world.luccas[tenant]),
      ...unleasedReports(tenant, outcome),
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

/** No export may have a report generated without the lease. What is invoked twice may, the second time: see decision 8. */
const unleasedReports = (tenant: TenantName, { world }: Outcome): string[] =>
  [...world.watch.makers]
    .filter(([report]) => report.startsWith(`${tenant}/`) && world.watch.madeWithoutLease.has(report))
    .filter(([, { execution }]) => !createsTwice(execution, world))
    .map(([report, { execution }]) => `${execution} has report ${report} made without the lease`);

/**
 * No export may have a report generated while another one with the same key needs its own: until that one gives the lease
 * back, or is stopped, by which it loses it. A function that is invoked twice may, the second time, when its export is long over: see
 * decision 8.
 */
function destroyedReports(tenant: TenantName, { world }: Outcome): string[] {
  const makerOf = (reportId: number) => world.watch.makers.get(`${tenant}/${reportId}`);
  return world.luccas[tenant].supersededReports.flatMap(({ reportId, supersededBy, at }) => {
    const [victim, culprit] = [makerOf(reportId), makerOf(supersededBy)?.execution];
    if (victim === undefined || culprit === undefined || victim.execution === culprit) return [];
    if (createsTwice(culprit, world)) return [];
    return isInNeed(victim, at, world)
      ? [`${culprit} destroyed report ${reportId} of ${victim.execution}`]
      : [];
  });
}

/** Whether an execution has neither given its lease back nor been stopped since it had a report made. */
function isInNeed({ execution: name, at: since }: Maker, until: number, world: Outcome['world']): boolean {
  const { watch, redrives, stepFunctions } = world;
  const gaps = redrives.done.filter(({ execution }) => execution === name);
  const end = stepFunctions.executions().find((execution) => execution.name === name)?.stoppedAt ?? Infinity;
  return (
    until < end &&
    !gaps.some(({ endedAt, at }) => endedAt <= until && since <= at) &&
    !(watch.doneWithLucca.get(name) ?? []).some((at) => since <= at && at <= until)
  );
}

/**
 * An export has no other report generated while its own can still be downloaded. In storms, it may have been told too
 * often that it is gone; and a function that is invoked twice creates two.
 */
function abandonedReports(tenant: TenantName, { scenario, world }: Outcome): string[] {
  if (scenario.weather.kind === 'storm') return [];
  const { makers, reportsInHand } = world.watch;
  const makerOf = (reportId: number) => makers.get(`${tenant}/${reportId}`)?.execution;
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
