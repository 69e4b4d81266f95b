import type { ErrorName } from '../../lambdas/shared/errors.ts';
import type { FaultName } from './faults.ts';
import type { FaultOrder, SecondLuccaOptions } from './server.ts';

/** Something that goes wrong, or is only rare, and how an export of both files must end. */
export interface Kind {
  name: string;
  options?: Partial<SecondLuccaOptions>;
  faults?: FaultOrder[];
  /** A success leaves the right files of the report that it names, a failure no manifest. */
  ending: 'success' | ErrorName;
  /** How many reports are generated at most, if it matters. */
  reports?: number;
  /** Why an export doesn't end like this as long as this is given. */
  notYet?: string;
}

const strikes = (
  operation: FaultOrder['on'],
  rows: [FaultName, times: number, ending: Kind['ending']][],
): Kind[] =>
  rows.map(([kind, times, ending]) => ({
    name: `${kind} on ${operation}, ${times === always ? 'always' : `${times} in a row`}`,
    faults: [{ kind, on: operation, times }],
    ending,
  }));

const always = 1000;

const ofFetch = "Node's fetch takes it for a broken connection";

/** `KINDS=all npx vitest run test/workflow/second-lucca.test.ts` tries those as well that don't end as they must yet. */
export const kinds: Kind[] = [
  {
    name: 'a 100 that nobody asked for',
    options: { style: 'unaskedContinue' },
    ending: 'success',
    notYet: ofFetch,
  },
  {
    name: 'a tab behind every header',
    options: { style: 'trailingTab' },
    ending: 'success',
    notYet: ofFetch,
  },
  {
    name: 'files that lag behind their report',
    options: { downloadLagSeconds: 25 },
    ending: 'success',
    reports: 1,
  },
  ...strikes('createReport', [
    ['cutByFin', 1, 'success'],
    ['cutByReset', 1, 'success'],
    ['gzipWhole', always, 'success'],
    ['maintenance', 2, 'success'],
    ['maintenance', always, 'LuccaUnavailableError'],
    ['maintenancePage', always, 'UnexpectedResponseError'],
    ['rateLimitedByDate', 1, 'success'],
    ['refusedInOwnWords', 1, 'success'],
    ['refusedInOwnWords', always, 'AuthenticationError'],
    ['keyEchoed', always, 'LuccaRejectedError'],
    ['generationFails', 1, 'success'],
    ['generationFails', always, 'ReportGenerationFailedError'],
  ]),
  ...strikes('checkReport', [
    ['cutByFin', 1, 'success'],
    ['cutByReset', 1, 'success'],
    ['gzipCut', 1, 'success'],
    ['empty', 1, 'success'],
    ['sentence', 1, 'success'],
    ['maintenancePage', 2, 'success'],
    ['maintenance', 3, 'success'],
    ['firewall', 1, 'success'],
    ['rateLimitedByDate', 1, 'success'],
    ['keyEchoed', always, 'LuccaRejectedError'],
  ]),
  ...strikes('downloadCsv', [
    ['cutByFin', 1, 'success'],
    ['cutByReset', 1, 'success'],
    ['partialContent', 1, 'success'],
    ['gzipWhole', always, 'UnexpectedResponseError'],
    ['gzipCut', 1, 'success'],
    ['gzipUnlabelled', 1, 'success'],
    ['sentence', 1, 'success'],
    ['sentence', always, 'UnexpectedResponseError'],
    ['empty', 1, 'success'],
    ['empty', always, 'UnexpectedResponseError'],
    ['maintenancePage', 1, 'success'],
    ['firewall', 1, 'success'],
    ['unavailable', 2, 'success'],
    ['rateLimitedByDate', 1, 'success'],
    ['refusedInOwnWords', 1, 'success'],
    ['keyEchoed', always, 'LuccaRejectedError'],
  ]),
  ...strikes('downloadExcel', [
    ['cutByFin', 1, 'success'],
    ['cutByReset', 1, 'success'],
    ['partialContent', 1, 'success'],
    ['gzipCut', 1, 'success'],
    ['gzipUnlabelled', 1, 'success'],
    ['sentence', 1, 'success'],
    ['otherZip', 1, 'success'],
    ['otherZip', always, 'UnexpectedResponseError'],
    ['empty', 1, 'success'],
  ]),
];
