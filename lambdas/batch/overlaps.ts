/** The days of one export of a batch. */
export interface ItemDates {
  /** The same for exports of the same template. */
  template: string;
  /** Null: the template's own period. */
  startsOn: string | null;
  endsOn: string | null;
}

/**
 * Exports of a batch that hold days which an earlier one of the same template holds as well: most likely a mistake
 * in the dates, and where they are the same, the second would replace the first.
 */
export function overlaps(items: readonly ItemDates[]): string[] {
  return items.flatMap((item, index) => {
    const other = items.findIndex((earlier) => overlap(earlier, item));
    return other >= index ? [] : [describe(item, index, other)];
  });
}

function overlap(one: ItemDates, other: ItemDates): boolean {
  if (one.template !== other.template) return false;
  if (one.startsOn === null || one.endsOn === null) return other.startsOn === null;
  if (other.startsOn === null || other.endsOn === null) return false;
  return one.startsOn <= other.endsOn && other.startsOn <= one.endsOn;
}

function describe({ startsOn, endsOn }: ItemDates, index: number, other: number): string {
  const found = startsOn === null ? "the template's own period" : `${startsOn} to ${endsOn}`;
  return (
    `exports[${index}]: expected days that no other export of the same template has, found ${found}, which ` +
    `overlaps with exports[${other}]: put them into two batches if both are meant`
  );
}
