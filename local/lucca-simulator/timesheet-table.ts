import { splitPeriod, workingDays } from './periods.ts';
import type { Period, SubPeriod } from './periods.ts';
import type { Column, ReportTemplatePayload } from './report-templates.ts';
import { hash32, inventStaff } from './staff.ts';
import type { Person, Staff } from './staff.ts';

/** A report's content, before it becomes CSV or Excel. Numbers are hours. */
export interface Table {
  header: string[];
  rows: (string | number)[][];
}

/** A column as it stands in the report: a periodic one stands there once for each period. */
interface ReportColumn {
  column: Column;
  header: string;
  /** The time that it counts. Undefined for a column that says who somebody is. */
  time: Time | undefined;
}

interface Time {
  /** First and last day: what the figures are drawn from. */
  days: string;
  workingDays: number;
}

/** The report of a template's columns over a period: the staff by manager, with the totals that it asks for. */
export function timesheetTable(template: ReportTemplatePayload, period: Period, staff: Staff): Table {
  const subPeriods = splitPeriod(period, template.periodicity);
  const columns = template.columns.flatMap((column) => reportColumns(column, period, subPeriods));
  const people = inventStaff(staff);
  const rowsOf = (team: Person[]) =>
    team.map((person) => columns.map((column) => cell(column, person, staff.seed)));
  const header = columns.map(({ header }) => header);

  if (template.total?.kind !== 'manager') return { header, rows: rowsOf(people) };
  const teams = Map.groupBy(people, ({ manager }) => manager);
  const rows = [...teams].flatMap(([manager, team]) => {
    const teamRows = rowsOf(team);
    const totals = totalsRow(`Total ${manager}`, columns, teamRows);
    return template.onlyShowTotals === true ? [totals] : [...teamRows, totals];
  });
  return { header, rows };
}

function reportColumns(column: Column, period: Period, subPeriods: SubPeriod[]): ReportColumn[] {
  if (column.isPeriodic) {
    return subPeriods.map((part) => ({
      column,
      header: `${column.name}\n${part.label}`,
      time: timeOf(part),
    }));
  }
  return [{ column, header: column.name, time: column.category === 'time' ? timeOf(period) : undefined }];
}

const timeOf = (period: Period): Time => ({
  days: `${period.startsOn.toString()}/${period.endsOn.toString()}`,
  workingDays: workingDays(period),
});

const cell = ({ column, time }: ReportColumn, person: Person, seed: number): string | number =>
  time === undefined ? whoIs(person, column.kind) : hours(person, column.kind, time, seed);

function whoIs(person: Person, kind: string): string {
  switch (kind) {
    case 'ownerName':
      return person.name;
    case 'ownerDepartment':
      return person.department;
    case 'ownerManager':
      return person.manager;
    default:
      return '';
  }
}

/** Quarters of an hour, so that sums are exact. What was worked and what was missed add up to the difference. */
function hours(person: Person, kind: string, time: Time, seed: number): number {
  const about = (what: string) => hash32(seed, what, person.name, time.days);
  const theoretical = time.workingDays * 7;
  const leaves = (about('leaves') % (Math.ceil(time.workingDays / 8) + 1)) * 7;
  const overUnder = time.workingDays === 0 ? 0 : ((about('overUnder') % 41) - 20) / 4;
  switch (kind) {
    case 'theoreticalWorkingTime':
      return theoretical;
    case 'leavesDuration':
      return leaves;
    case 'overUnderTime':
      return overUnder;
    case 'attendanceTime':
      return theoretical - leaves + overUnder;
    default:
      return (about(kind) % 100) / 4;
  }
}

function totalsRow(title: string, columns: ReportColumn[], rows: Table['rows']): (string | number)[] {
  return columns.map(({ time }, index) => {
    if (time !== undefined) return rows.reduce((sum, row) => sum + Number(row[index]), 0);
    return index === 0 ? title : '';
  });
}
