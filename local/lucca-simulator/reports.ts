import type { Format } from '../../lambdas/shared/formats.ts';
import type { Clock } from '../clock.ts';
import type { ReportTemplate } from './report-templates.ts';
import type { Period } from './periods.ts';

export interface Report {
  id: number;
  /** Index of the API key that asked for it. Nobody else sees it. */
  apiKey: number;
  template: ReportTemplate;
  period: Period;
  /** Milliseconds since the epoch. */
  createdAt: number;
  /** What its status becomes when its generation ends. */
  endsAs: string;
  /** Why it was deleted, if it was: `gone` without any reason that Lucca would give. */
  deleted?: 'superseded' | 'gone';
  /** The formats in which it was downloaded to the last byte. */
  downloaded: Format[];
}

/** A report lost to a later creation before anybody had its content: what two overlapping runs do to each other. */
export interface SupersededReport {
  reportId: number;
  supersededBy: number;
  /** Index of the key of both. */
  apiKey: number;
  /** Its status when it was deleted. */
  status: string;
  /** Milliseconds since the epoch. */
  at: number;
}

export interface Reports {
  /** Every report ever made, deleted ones too, oldest first. */
  all: Report[];
  superseded: SupersededReport[];
  create: (apiKey: number, template: ReportTemplate, period: Period) => Report;
  /** The report, unless it was deleted, has expired or is another key's. */
  find: (id: number, apiKey: number) => Report | undefined;
  status: (report: Report) => string;
}

/**
 * Lucca's rules: the content of a report is generated in the background; a report lives for a day, or until the
 * same key has another one generated, from whichever template.
 */
export function createReports(clock: Clock, generationSeconds: number, expirySeconds: number): Reports {
  const all: Report[] = [];
  const superseded: SupersededReport[] = [];

  const age = (report: Report) => (clock.now() - report.createdAt) / 1000;
  const exists = (report: Report) => report.deleted === undefined && age(report) < expirySeconds;
  const status = (report: Report) => (age(report) < generationSeconds ? 'pending' : report.endsAs);

  const supersede = (report: Report, supersededBy: number) => {
    report.deleted = 'superseded';
    const isMissed = report.downloaded.length === 0 && status(report) !== 'error';
    if (!isMissed) return;
    const { id: reportId, apiKey } = report;
    superseded.push({ reportId, supersededBy, apiKey, status: status(report), at: clock.now() });
  };

  return {
    all,
    superseded,
    status,
    create: (apiKey, template, period) => {
      const id = 1001 + all.length;
      for (const previous of all) if (previous.apiKey === apiKey && exists(previous)) supersede(previous, id);
      const report = {
        id,
        apiKey,
        template,
        period,
        createdAt: clock.now(),
        endsAs: 'done',
        downloaded: [],
      };
      all.push(report);
      return report;
    },
    find: (id, apiKey) =>
      all.find((report) => report.id === id && report.apiKey === apiKey && exists(report)),
  };
}
