import { problem } from './answers.ts';
import type { Answer } from './answers.ts';
import { downloads, type DownloadOperation } from './report-files.ts';

/** What can be asked of Lucca, as its guide on downloading reports describes. */
export type Operation = 'createTemplate' | 'createReport' | 'checkReport' | DownloadOperation;

export interface Route {
  operation: Operation;
  /** The `{reportId}` in the path; not a number for operations that have none. */
  reportId: number;
}

const api = '/timmi-timesheet/api';
const report = String.raw`${api}/reports/(\d+)`;

const routes: { operation: Operation; method: string; path: RegExp }[] = [
  { operation: 'createTemplate', method: 'POST', path: exactly(`${api}/report-templates`) },
  { operation: 'createReport', method: 'POST', path: exactly(`${api}/reports`) },
  { operation: 'checkReport', method: 'GET', path: exactly(report) },
  ...downloads.map(({ operation, pathSegment }) => ({
    operation,
    method: 'GET',
    path: exactly(`${report}/${pathSegment}`),
  })),
];

function exactly(pattern: string): RegExp {
  return new RegExp(`^${pattern}$`);
}

/** The operation that a request asks for, or the problem with it: 404 for an unknown path, 405 for a wrong method. */
export function findRoute(method: string, path: string): Route | Answer {
  const known = routes.find((route) => route.path.test(path));
  if (!known) return problem(404, `There is nothing at ${path}.`);
  if (known.method !== method) {
    return problem(405, `${path} takes ${known.method}, not ${method}.`, {
      headers: { Allow: known.method },
    });
  }
  return { operation: known.operation, reportId: Number(known.path.exec(path)?.[1]) };
}
