import type { ExecutionResult } from '../../local/states-language/index.ts';
import type { Tally } from './campaign.ts';
import { violations } from './invariants/invariants.ts';
import type { Outcome } from './run.ts';

const number = (value: number) => Math.round(value).toLocaleString('en');

/** The figures of a campaign, as a table. */
export function describeTally(tally: Tally, seconds: number): string {
  const { seeds, executions, hours } = tally;
  return [
    `${number(seeds)} seeds, ${number(executions)} executions, ${number(hours / 24)} days in ${number(seconds)} s: ` +
      `${number(seeds / seconds)} seeds and ${number(executions / seconds)} executions a second`,
    '',
    ...columns('how executions ended', tally.endings),
    '',
    ...columns('faults that struck', tally.faults),
    '',
    `${number(tally.violations.length)} violations`,
    ...tally.violations.map((violation) => `- ${violation}`),
    '',
  ].join('\n');
}

function columns(title: string, counts: Record<string, number>): string[] {
  const rows = Object.entries(counts).toSorted(([, a], [, b]) => b - a);
  const width = Math.max(title.length, ...rows.map(([name]) => name.length));
  return [title, ...rows.map(([name, count]) => `  ${name.padEnd(width)} ${number(count).padStart(9)}`)];
}

/** One simulation in full: what was to happen, what went wrong and what came of it, with seconds since the start. */
export function describeSeed(outcome: Outcome): string {
  const { scenario, world, executions, remains } = outcome;
  const seconds = (at: number) => ((at - world.startedAt) / 1000).toFixed(3).padStart(11);
  const { starts, tenants, weather, deployment } = scenario;
  const happenings = [
    ...world.faults.struck.map(({ at, boundary, operation, kind, execution }) => ({
      at,
      text: `${execution}: ${kind} strikes ${boundary} ${operation}`,
    })),
    ...Object.entries(world.luccas).flatMap(([tenant, { requests }]) =>
      requests.map(({ at, method, path, status }) => ({
        at,
        text: `${tenant}'s Lucca: ${method} ${path} ${status ?? 'no answer'}`,
      })),
    ),
    ...executions.flatMap(({ execution: { name, startedAt, stoppedAt, result } }) => [
      { at: startedAt, text: `${name}: started` },
      { at: stoppedAt ?? Infinity, text: `${name}: ${describeResult(result)}` },
    ]),
    ...world.redrives.done.map(({ at, execution }) => ({ at, text: `${execution}: redriven` })),
    ...remains.versions.map(({ key, at }) => ({ at, text: `S3: ${key}` })),
  ];
  const found = violations(outcome);
  return [
    `Seed ${scenario.seed}, ${weather.kind} weather from ${scenario.startsAt}`,
    JSON.stringify(
      { rates: weather.rates, outages: weather.outages, crowd: weather.crowd, deployment, tenants },
      undefined,
      2,
    ),
    ...starts.map((start) => JSON.stringify(start)),
    '',
    ...happenings.toSorted((a, b) => a.at - b.at).map(({ at, text }) => `${seconds(at)} ${text}`),
    '',
    `${found.length} violations`,
    ...found.map((violation) => `- ${violation}`),
    '',
  ].join('\n');
}

function describeResult(result: ExecutionResult | undefined): string {
  if (result === undefined) return 'never ends';
  return 'error' in result ? `${result.status} ${result.error}: ${result.cause}` : result.status;
}
