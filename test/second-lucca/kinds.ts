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
  rows: [FaultName, times: number, ending: Kind['ending'], notYet?: string][],
): Kind[] =>
  rows.map(([kind, times, ending, notYet]) => ({
    name: `${kind} on ${operation}, ${times === always ? 'always' : `${times} in a row`}`,
    faults: [{ kind, on: operation, times }],
    ending,
    ...(notYet !== undefined && { notYet }),
  }));

const always = 1000;

const ofFetch = "Node's fetch takes it for a broken connection";
const noLength = 'the end of the connection is taken for the end of the body';
const believed = 'what came is stored';
const finalAtOnce = 'it is not asked again';
const itsClock = "dates of Lucca's clock are compared with another clock";
const leaks = 'the key is told in capitals';

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
    name: 'a byte order mark before JSON',
    options: { dialect: 'byteOrderMark' },
    ending: 'success',
    notYet: 'it is taken for something else than JSON',
  },
  {
    name: 'a line that names the separator',
    options: { culture: 'separatorLine' },
    ending: 'success',
    notYet: 'it is counted as a row',
  },
  {
    name: 'files that lag behind their report',
    options: { downloadLagSeconds: 25 },
    ending: 'success',
    reports: 1,
    notYet: 'the report is taken for superseded',
  },
  ...strikes('createReport', [
    ['cutByFin', 1, 'success', noLength],
    ['cutByReset', 1, 'success', noLength],
    ['gzipWhole', always, 'success'],
    ['maintenance', 2, 'success'],
    ['maintenance', always, 'LuccaUnavailableError'],
    ['maintenancePage', always, 'UnexpectedResponseError'],
    ['rateLimitedByDate', 1, 'success', itsClock],
    ['refusedInOwnWords', 1, 'success'],
    ['refusedInOwnWords', always, 'AuthenticationError'],
    ['keyEchoed', always, 'LuccaRejectedError', leaks],
    ['generationFails', 1, 'success'],
    ['generationFails', always, 'ReportGenerationFailedError'],
  ]),
  ...strikes('checkReport', [
    ['cutByFin', 1, 'success', noLength],
    ['cutByReset', 1, 'success', noLength],
    ['gzipCut', 1, 'success', finalAtOnce],
    ['empty', 1, 'success', finalAtOnce],
    ['sentence', 1, 'success', finalAtOnce],
    ['maintenancePage', 2, 'success', finalAtOnce],
    ['maintenance', 3, 'success'],
    ['firewall', 1, 'success'],
    ['rateLimitedByDate', 1, 'success', itsClock],
    ['keyEchoed', always, 'LuccaRejectedError', leaks],
  ]),
  ...strikes('downloadCsv', [
    ['cutByFin', 1, 'success', noLength],
    ['cutByReset', 1, 'success', noLength],
    ['partialContent', 1, 'success', believed],
    ['gzipWhole', always, 'success'],
    ['gzipCut', 1, 'success', believed],
    ['gzipUnlabelled', 1, 'success', believed],
    ['sentence', 1, 'success', believed],
    ['sentence', always, 'UnexpectedResponseError', believed],
    ['empty', 1, 'success'],
    ['empty', always, 'UnexpectedResponseError'],
    ['maintenancePage', 1, 'success'],
    ['firewall', 1, 'success'],
    ['unavailable', 2, 'success'],
    ['rateLimitedByDate', 1, 'success', itsClock],
    ['refusedInOwnWords', 1, 'success'],
    ['keyEchoed', always, 'LuccaRejectedError', leaks],
  ]),
  ...strikes('downloadExcel', [
    ['cutByFin', 1, 'success', noLength],
    ['cutByReset', 1, 'success', noLength],
    ['partialContent', 1, 'success', believed],
    ['gzipCut', 1, 'success', believed],
    ['gzipUnlabelled', 1, 'success'],
    ['sentence', 1, 'success'],
    ['otherZip', 1, 'success', believed],
    ['otherZip', always, 'UnexpectedResponseError', believed],
    ['empty', 1, 'success'],
  ]),
];
