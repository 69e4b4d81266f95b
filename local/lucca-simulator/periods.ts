import { Temporal } from 'temporal-polyfill';

/** Both days are part of it. */
export interface Period {
  startsOn: Temporal.PlainDate;
  endsOn: Temporal.PlainDate;
}

type Unit = 'day' | 'week' | 'month' | 'quarter' | 'year';

const unitOfPeriodicity: Record<string, Unit> = {
  daily: 'day',
  weekly: 'week',
  monthly: 'month',
  quarterly: 'quarter',
  yearly: 'year',
};

const quarterOf = (day: Temporal.PlainDate) => Math.ceil(day.month / 3);

function firstDayOf(unit: Unit, day: Temporal.PlainDate): Temporal.PlainDate {
  switch (unit) {
    case 'day':
      return day;
    case 'week':
      return day.subtract({ days: day.dayOfWeek - 1 });
    case 'month':
      return day.with({ day: 1 });
    case 'quarter':
      return day.with({ month: quarterOf(day) * 3 - 2, day: 1 });
    case 'year':
      return day.with({ month: 1, day: 1 });
  }
}

const durationOf = (unit: Unit) =>
  Temporal.Duration.from(unit === 'quarter' ? { months: 3 } : { [`${unit}s`]: 1 });

/** The whole day, week, month, quarter or year in which a day lies. */
function wholePeriod(unit: Unit, day: Temporal.PlainDate): Period {
  const startsOn = firstDayOf(unit, day);
  return { startsOn, endsOn: startsOn.add(durationOf(unit)).subtract({ days: 1 }) };
}

/** What a template's `defaultPeriod` ("thisYear", "lastMonth") means today; this month, when it has none. */
export function defaultPeriod(name: string | null | undefined, today: Temporal.PlainDate): Period {
  const [, which, unitName] = /^(this|last)(Day|Week|Month|Quarter|Year)$/.exec(name ?? '') ?? [
    '',
    'this',
    'Month',
  ];
  const unit = unitName.toLowerCase() as Unit;
  const current = wholePeriod(unit, today);
  return which === 'this' ? current : wholePeriod(unit, current.startsOn.subtract({ days: 1 }));
}

/** A part of a report's period that periodic columns are repeated for, and what it is called in their header. */
export interface SubPeriod extends Period {
  label: string;
}

/** Splits a period by a template's periodicity. The first and the last part may be cut short. */
export function splitPeriod(period: Period, periodicity: string | null | undefined): SubPeriod[] {
  const unit = unitOfPeriodicity[periodicity ?? ''];
  if (!unit) return [{ ...period, label: 'Total' }];
  const parts: SubPeriod[] = [];
  let startsOn = period.startsOn;
  while (Temporal.PlainDate.compare(startsOn, period.endsOn) <= 0) {
    const whole = wholePeriod(unit, startsOn);
    const isLast = Temporal.PlainDate.compare(whole.endsOn, period.endsOn) >= 0;
    parts.push({
      startsOn,
      endsOn: isLast ? period.endsOn : whole.endsOn,
      label: frenchLabel(unit, startsOn),
    });
    startsOn = whole.endsOn.add({ days: 1 });
  }
  return parts;
}

function frenchLabel(unit: Unit, day: Temporal.PlainDate): string {
  switch (unit) {
    case 'day':
      return day.toLocaleString('fr-FR', { day: '2-digit', month: '2-digit', year: 'numeric' });
    case 'week':
      return `semaine ${day.weekOfYear} ${day.yearOfWeek}`;
    case 'month':
      return day.toLocaleString('fr-FR', { month: 'long', year: 'numeric' });
    case 'quarter':
      return `T${quarterOf(day)} ${day.year}`;
    case 'year':
      return String(day.year);
  }
}

/** Monday to Friday: the invented staff knows no public holidays. */
export function workingDays({ startsOn, endsOn }: Period): number {
  const days = startsOn.until(endsOn).days + 1;
  const weeks = Math.floor(days / 7);
  const rest = Array.from({ length: days % 7 }, (_, n) => ((startsOn.dayOfWeek - 1 + n) % 7) + 1);
  return weeks * 5 + rest.filter((dayOfWeek) => dayOfWeek <= 5).length;
}
