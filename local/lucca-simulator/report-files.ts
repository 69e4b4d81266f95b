import { csvFile } from './csv.ts';
import type { Report, ReportFormat } from './reports.ts';
import type { Staff } from './staff.ts';
import { timesheetTable } from './timesheet-table.ts';
import { xlsxFile } from './xlsx.ts';

/** The bytes of a report. They depend on its template, its period and the staff: neither on its id nor on the time. */
export function reportFile(report: Report, format: ReportFormat, staff: Staff): Buffer {
  const table = timesheetTable(report.template.rules, report.period, staff);
  return format === 'csv' ? csvFile(table) : xlsxFile(table);
}

export const reportFileName = (report: Report, format: ReportFormat): string =>
  `${report.template.rules.name}.${format === 'csv' ? 'csv' : 'xlsx'}`;
