/** What a report shows: a cell is a text, or hours. */
export interface Timesheet {
  header: string[];
  rows: (string | number)[][];
}

/** What a timesheet depends on. */
export interface Subject {
  reportId: number;
  template: Record<string, unknown>;
  /** ISO dates. */
  startsOn: string;
  endsOn: string;
  people: number;
}

interface Column {
  kind: string;
  name: string;
  isPeriodic: boolean;
}

/** Names as they occur: with what delimits fields and quotes, and with line breaks. */
const names = [
  'Éloïse Lefèvre',
  'Noël d’Œuvre; intérim',
  'Jean "Jeannot" Dupont',
  'Zoë\nMüller, Dr.',
  ' Ana Peña',
];
const managers = ['Hélène Girard', 'O’Neill; Brian'];

/** People by manager, a total after each manager's, and one of all. */
export function timesheetOf(subject: Subject): Timesheet {
  const columns = subject.template.columns as Column[];
  const period = `${frenchDate(subject.startsOn)}\n${frenchDate(subject.endsOn)}`;
  const header = columns.map(({ name, isPeriodic }) => (isPeriodic ? `${name}\n${period}` : name));
  const people = Array.from({ length: subject.people }, (_, person) =>
    columns.map((column, index) =>
      cellOf(column, person, person * columns.length + index + subject.reportId),
    ),
  );
  const share = Math.ceil(people.length / managers.length);
  const rows = managers.flatMap((manager, index) => {
    const theirs = people.slice(index * share, (index + 1) * share);
    return theirs.length === 0 ? [] : [...theirs, totalOf(`Total ${manager}`, columns, theirs)];
  });
  return { header, rows: [...rows, totalOf('Total général', columns, people)] };
}

function cellOf({ kind, isPeriodic }: Column, person: number, figure: number): string | number {
  // Quarters of an hour, some below zero, as differences are.
  if (isPeriodic) return ((figure * 37) % 800) / 4 - 20;
  if (kind !== 'ownerName') return person % 3 === 0 ? '' : 'Recherche & développement';
  return `${names[person % names.length]} ${person + 1}`;
}

const totalOf = (name: string, columns: Column[], rows: Timesheet['rows']): (string | number)[] =>
  columns.map(({ isPeriodic }, index) => {
    if (isPeriodic) return rows.reduce((sum, row) => sum + (row[index] as number), 0);
    return index === 0 ? name : '';
  });

const frenchDate = (date: string): string => date.split('-').toReversed().join('/');
