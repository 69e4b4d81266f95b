import { Interruption } from './errors.ts';
import type { Json } from './types.ts';
import { createScope, releaseScope } from './variables.ts';
import type { FlowScope } from './visit.ts';

/**
 * Runs a flow for each item, at most `limit` of them at a time, each with variables of its own. The first failure
 * interrupts the others, and is thrown when they have ended.
 */
export async function runTogether<T>(
  items: readonly T[],
  limit: number,
  outer: FlowScope,
  run: (item: T, scope: FlowScope, index: number) => Promise<Json>,
): Promise<Json[]> {
  const siblings = new AbortController();
  const signal = AbortSignal.any([outer.signal, siblings.signal]);
  const results: Json[] = [];
  const failures: unknown[] = [];
  const queue = items.entries();

  async function work(): Promise<void> {
    for (const [index, item] of queue) {
      if (failures.length > 0) return;
      const variables = createScope(outer.variables);
      const mapItem = outer.mapItem && { mapItem: outer.mapItem };
      try {
        results[index] = await run(item, { variables, signal, ...mapItem }, index);
      } catch (failure) {
        failures.push(failure);
        siblings.abort(new Interruption('SIBLING_FAILED'));
      } finally {
        releaseScope(variables);
      }
    }
  }

  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, work));
  if (failures.length > 0) throw failures[0];
  return results;
}
