/** A kind of file that a report can be: how its key ends, and what it is stored as. */
export interface FileType {
  extension: string;
  contentType: string;
}

const csv: FileType = { extension: 'csv', contentType: 'text/csv' };
const xlsx: FileType = {
  extension: 'xlsx',
  contentType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
};
const xls: FileType = { extension: 'xls', contentType: 'application/vnd.ms-excel' };

/** What files are recognised as, by their bytes. */
export type FileKind = 'text' | 'xlsx' | 'xls';

/** What is known of a format in which Lucca offers a report. */
interface FormatRow {
  /** Last part of the download's path in Lucca's API. */
  readonly download: string;
  /** What a download must be, as messages call it. */
  readonly expected: string;
  /** What a download can be. */
  readonly fileTypes: Readonly<Partial<Record<FileKind, FileType>>>;
}

/** The formats of reports, all that is known of each. The order is that of the README. */
export const formats = {
  csv: { download: 'download-csv', expected: 'a CSV file', fileTypes: { text: csv } },
  excel: {
    download: 'download-excel',
    expected: 'an Excel file',
    fileTypes: { xlsx, xls },
  },
} as const satisfies Record<string, FormatRow>;

export type Format = keyof typeof formats;
export const formatNames = Object.keys(formats) as [Format, ...Format[]];
