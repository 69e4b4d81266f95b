import { Temporal } from 'temporal-polyfill';
import { afterAll, expect, test } from 'vitest';
import { pollSeconds } from '../../lib/workflows/run-times.ts';
import type { ExecutionEvent, ExecutionResult } from '../../local/states-language/index.ts';
import { seededRandom } from '../support/random.ts';
import { createWorld, exportMachine, type World } from '../support/workflow.ts';

/** One of many exports that start at once with the same API key, each of a day of its own. */
interface Run {
  day: string;
  result: ExecutionResult;
  endedAt: number;
  /** From asking for the lease until getting it, or until the end, in minutes. */
  minutesWaited: number;
  /** What AWS bills while it waits: each attempt to get the lease. */
  transitionsWaiting: number;
}

/** Where a run is stopped: before it asks for the lease, while it waits for it, or with the lease, in a function's call. */
type StopAt = (event: ExecutionEvent) => boolean;
const inFunction: StopAt = (event) => event.type === 'taskStarted' && event.state === 'Create Report';
const whilePolling: StopAt = (event) => event.type === 'waitStarted' && event.state === 'Wait For Report';
const whileWaiting: StopAt = (event) => event.type === 'retryScheduled' && event.attempt === 5;
const stops = [inFunction, whilePolling, whileWaiting];

const unknownTemplate = 7;

function startRun(world: World, index: number, options: { stopAt?: StopAt; fails: boolean }): Promise<Run> {
  const day = Temporal.PlainDate.from('2020-01-01').add({ days: index }).toString();
  const stop = new AbortController();
  let asked: number | undefined;
  let got: number | undefined;
  let transitionsWaiting = 0;
  const onEvent = (event: ExecutionEvent) => {
    if ('state' in event && event.state === 'Acquire Lease') {
      if (event.type === 'stateEntered') asked ??= event.at;
      if (event.type === 'taskStarted') transitionsWaiting++;
      if (event.type === 'taskSucceeded') got = event.at;
    }
    if (options.stopAt?.(event)) stop.abort();
  };
  const templateId = options.fails ? unknownTemplate : 42;
  const input = { templateId, startsOn: day, endsOn: day };
  return world
    .run(input, { name: `run-${index}`, random: seededRandom(index), onEvent, signal: stop.signal })
    .then((result) => {
      const endedAt = world.clock.now();
      return {
        day,
        result,
        endedAt,
        minutesWaited: ((got ?? endedAt) - asked!) / 60_000,
        transitionsWaiting,
      };
    });
}

/** Checks one run's ending: its own right file, or an error that says why not. */
function checkEnding(world: World, { day, result }: Run): void {
  expect([undefined, 'TemplateNotFoundError']).toContain('error' in result ? result.error : undefined);
  if (result.status !== 'SUCCEEDED') return;
  const { reportId, startsOn, files } = result.output as unknown as {
    reportId: number;
    startsOn: string;
    files: { key: string }[];
  };
  expect(startsOn).toBe(day);
  expect(world.lucca.reports.find(({ id }) => id === reportId)!.period.startsOn.toString()).toBe(day);
  expect(world.files()[files[0]!.key]).toEqual(world.lucca.expectedFile(reportId, 'csv'));
}

/** Reports that were deleted, before they were downloaded, by another export while theirs was still running. */
function destroyed(world: World, runs: Run[]): number[] {
  const ended = new Map(runs.map(({ day, endedAt }) => [day, endedAt]));
  return world.lucca.supersededReports
    .filter(({ reportId, at }) => {
      const { period } = world.lucca.reports.find(({ id }) => id === reportId)!;
      return at < ended.get(period.startsOn.toString())!;
    })
    .map(({ reportId }) => reportId);
}

const table: Record<string, unknown>[] = [];

/** What waiting costs in all grows with the square: `EXPORTS=200` takes ten times as long. */
const most = Number(process.env.EXPORTS ?? 25);

test.each([
  { exports: 2, timeoutSeconds: 3600 },
  { exports: 10, timeoutSeconds: 3600 },
  // So that the last ones time out, one of them with the lease.
  { exports: most, timeoutSeconds: (pollSeconds + 6) * most },
])('$exports exports at once, some stopped, failing or timing out', async ({ exports, timeoutSeconds }) => {
  const world = await createWorld({
    change: (assembly) => {
      exportMachine(assembly).definition.TimeoutSeconds = timeoutSeconds;
    },
  });
  const runs = await Promise.all(
    Array.from({ length: exports }, (_, index) => {
      const stopAt = index % 25 === 3 ? stops[Math.floor(index / 25) % stops.length] : undefined;
      return startRun(world, index, { fails: index % 20 === 4, ...(stopAt && { stopAt }) });
    }),
  );
  await world.engine.settled();

  for (const run of runs) checkEnding(world, run);
  expect(destroyed(world, runs)).toEqual([]);
  expect(await world.leases.all()).toEqual([]);
  const count = (status: string) => runs.filter(({ result }) => result.status === status).length;
  const sum = (what: 'minutesWaited' | 'transitionsWaiting') =>
    runs.reduce((total, run) => total + run[what], 0);
  const [minutes, transitions] = [sum('minutesWaited'), sum('transitionsWaiting')];
  table.push({
    exports,
    succeeded: count('SUCCEEDED'),
    failed: count('FAILED'),
    stopped: count('ABORTED'),
    'timed out': count('TIMED_OUT'),
    'minutes waited, each': (minutes / exports).toFixed(1),
    'longest wait over the mean': (
      Math.max(...runs.map(({ minutesWaited }) => minutesWaited)) /
      (minutes / exports)
    ).toFixed(1),
    'transitions waiting, each': (transitions / exports).toFixed(1),
  });
  // Who is next, and who comes too late, is chance.
  expect(count('SUCCEEDED')).toBeGreaterThan(exports / 2);
  expect(count('SUCCEEDED')).toBeLessThan(Math.max(exports, 3));
  // Two a minute once the waits have grown, and some ten until then: whoever else waits.
  expect(transitions).toBeLessThan(2.2 * minutes + 10 * exports);
});

// eslint-disable-next-line no-console -- what waiting costs is to be read, not only checked
afterAll(() => console.table(table));
