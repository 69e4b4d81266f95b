/** Maps items to results in the same order, a few of them at once: the next few begin when all of those are done. */
export async function mapInOrder<Item, Result>(
  items: readonly Item[],
  atOnce: number,
  map: (item: Item, index: number) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  for (let start = 0; start < items.length; start += atOnce) {
    const few = items.slice(start, start + atOnce);
    results.push(...(await Promise.all(few.map((item, index) => map(item, start + index)))));
  }
  return results;
}
