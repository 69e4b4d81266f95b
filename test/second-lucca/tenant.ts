import type { Clock } from '../../local/clock.ts';
import { type CultureName, csvOf } from './csv.ts';
import { timesheetOf } from './timesheet.ts';
import { workbookOf } from './workbook.ts';

export interface Template {
  id: number;
  /** Who alone may see it. Without one, all may. */
  owner?: string;
  payload: Record<string, unknown>;
}

export interface Report {
  id: number;
  owner: string;
  template: Template;
  /** ISO dates. */
  period: { startsOn: string; endsOn: string };
  createdAt: number;
  doneAt: number;
  /** Whether it ends as `error`. */
  fails: boolean;
}

export interface TenantOptions {
  clock: Clock;
  apiKeys: readonly string[];
  generationSeconds: number;
  expirySeconds: number;
  /** In a report. */
  people: number;
  culture: CultureName;
}

export type FileFormat = 'csv' | 'excel';

/** A file as it has to be stored. */
export interface ExpectedFile {
  bytes: Buffer;
  /** Data rows, the header not counted. */
  rows: number;
}

export type Tenant = ReturnType<typeof createTenant>;

/** What a customer has in Lucca: templates and reports, and who may see them. */
export function createTenant(options: TenantOptions) {
  const { clock, generationSeconds, expirySeconds, people, culture } = options;
  const owners = new Map(options.apiKeys.map((key) => [key, key]));
  const templates: Template[] = [{ id: 42, payload: publicTemplate }];
  const reports: Report[] = [];
  /** Reports that were there when the same owner had another one made, and when that was. */
  const supersededReports: { reportId: number; supersededBy: number; at: number; status: string }[] = [];
  const lastOf = (owner: string) => reports.findLast((report) => report.owner === owner);
  const isThere = (report: Report) =>
    lastOf(report.owner) === report && clock.now() < report.createdAt + expirySeconds * 1000;

  return {
    templates,
    reports,
    supersededReports,
    isDone: ({ doneAt }: Report) => clock.now() >= doneAt,
    ownerOf: (key: string) => owners.get(key),
    /** A key with rights of its own doesn't see the templates of the one that it replaces. */
    rotateKey: (old: string, replacement: string, rights: 'sameRights' | 'ownRights') => {
      owners.set(replacement, rights === 'sameRights' ? owners.get(old)! : replacement);
      owners.delete(old);
    },
    addTemplate: (owner: string, payload: Record<string, unknown>): Template => {
      const template = { id: 5000 + templates.length, owner, payload };
      templates.push(template);
      return template;
    },
    templateFor: (owner: string, templateId: number) =>
      templates.find(({ id, owner: of = owner }) => id === templateId && of === owner),
    /** Deletes the owner's previous report. */
    addReport: (owner: string, template: Template, period: Report['period']): Report => {
      const previous = lastOf(owner);
      const id = 90_001 + reports.length;
      const at = clock.now();
      if (previous !== undefined && isThere(previous)) {
        const status = previous.fails ? 'error' : at < previous.doneAt ? 'pending' : 'done';
        supersededReports.push({ reportId: previous.id, supersededBy: id, at, status });
      }
      const doneAt = at + generationSeconds * 1000;
      const report = { id, owner, template, period, createdAt: at, doneAt, fails: false };
      reports.push(report);
      return report;
    },
    reportFor: (owner: string, reportId: number) =>
      reports.find((report) => report.id === reportId && report.owner === owner && isThere(report)),
    /** What a download of a report has to bring, whether the report is still there or not. */
    expected: (reportId: number, format: FileFormat): ExpectedFile => {
      const { template, period } = reports.find(({ id }) => id === reportId)!;
      const timesheet = timesheetOf({ reportId, template: template.payload, ...period, people });
      const bytes = format === 'csv' ? csvOf(timesheet, culture) : workbookOf(timesheet);
      return { bytes, rows: timesheet.rows.length };
    },
  };
}

const column = (kind: string, name: string, isPeriodic: boolean) => ({ kind, name, isPeriodic });

/** The template that everyone may see. */
const publicTemplate = {
  name: 'Rapport sur les temps',
  defaultPeriod: 'thisYear',
  columns: [
    column('ownerName', 'Nom complet', false),
    column('ownerDepartment', 'Département', false),
    column('attendanceTime', 'Temps de travail', true),
    column('overUnderTime', 'Écart', true),
  ],
};
