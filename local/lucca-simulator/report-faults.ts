import type { Fault } from './faults.ts';
import type { Report, Reports } from './reports.ts';

/** Changes a report as a fault says. Faults that concern the answer only leave it alone. */
export function applyReportFault(report: Report, fault: Fault | undefined, reports: Reports): void {
  switch (fault?.kind) {
    case 'generationError':
      report.endsAs = 'error';
      break;
    case 'neverDone':
      report.endsAs = 'pending';
      break;
    case 'unknownStatus':
      report.endsAs = fault.status ?? 'archived';
      break;
    case 'expired':
      report.deleted = 'gone';
      break;
    case 'superseded':
      reports.create(report.apiKey, report.template, report.period);
      break;
    default:
  }
}
