/** Longer ones are no slips of the pen. */
const longestName = 60;

/**
 * The name that was probably meant: it is part of the text or the other way round, or a letter in three is wrong at the
 * most. Case and separators don't count. Undefined if none is near.
 */
export function nearestName(text: string, names: readonly string[]): string | undefined {
  if (text.length > longestName) return undefined;
  const meant = lettersOf(text);
  const [nearest] = names
    .map((name) => ({ name, distance: distance(meant, lettersOf(name)) }))
    .filter(({ distance, name }) => distance <= name.length / 3)
    .toSorted((a, b) => a.distance - b.distance);
  return nearest?.name;
}

/** What a message ends with where a name may have been meant. */
export const didYouMean = (name: string | undefined): string =>
  name === undefined ? '' : `, did you mean ${JSON.stringify(name)}?`;

const lettersOf = (text: string) => text.toLowerCase().replaceAll(/[\s_-]/g, '');

/** A part of a name that says what it is about. */
const shortestPart = 4;

function distance(one: string, other: string): number {
  const [short, long] = one.length < other.length ? [one, other] : [other, one];
  if (short === long) return 0;
  return short.length >= shortestPart && long.includes(short) ? 1 : editDistance(one, other);
}

/** How many letters have to be put in, left out or replaced (Levenshtein). */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let index = 0; index < from.length; index++) {
    const next = [index + 1];
    for (let column = 1; column <= to.length; column++) {
      const replaced = row[column - 1]! + (from[index] === to[column - 1] ? 0 : 1);
      next.push(Math.min(row[column]! + 1, next[column - 1]! + 1, replaced));
    }
    row = next;
  }
  return row.at(-1)!;
}
