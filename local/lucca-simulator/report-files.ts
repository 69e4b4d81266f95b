import { type FileType, type Format, formatNames, formats } from '../../lambdas/shared/formats.ts';
import { csvFile } from './csv.ts';
import type { Report } from './reports.ts';
import type { Staff } from './staff.ts';
import { timesheetTable, type Table } from './timesheet-table.ts';
import { xlsxFile } from './xlsx.ts';

interface FormatRow {
  /** The operation that downloads a report in this format. */
  operation: `download${string}`;
  fileType: FileType;
  fileOf: (table: Table) => Buffer;
}

/** How this Lucca makes each of the formats. Routes and operations follow from this table. */
const rows = {
  csv: { operation: 'downloadCsv', fileType: formats.csv.fileTypes.text, fileOf: csvFile },
  excel: { operation: 'downloadExcel', fileType: formats.excel.fileTypes.xlsx, fileOf: xlsxFile },
} as const satisfies Record<Format, FormatRow>;

export type DownloadOperation = (typeof rows)[Format]['operation'];

/** The operations that download a report. */
export const downloads = formatNames.map((format) => ({
  format,
  operation: rows[format].operation,
  /** Last part of its path. */
  pathSegment: formats[format].download,
}));

export const isDownload = (operation: string): boolean =>
  downloads.some((download) => download.operation === operation);

/** The bytes of a report. They depend on its template, its period and the staff: neither on its id nor on the time. */
export const reportFile = (report: Report, format: Format, staff: Staff): Buffer =>
  rows[format].fileOf(timesheetTable(report.template.rules, report.period, staff));

export const reportFileName = (report: Report, format: Format): string =>
  `${report.template.rules.name}.${rows[format].fileType.extension}`;
