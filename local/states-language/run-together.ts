import { Interruption } from './errors.ts';
import { newProgress, type Progress } from './progress.ts';
import type { Json } from './types.ts';
import { releaseScope } from './variables.ts';
import type { FlowScope } from './visit.ts';

/**
 * Runs a flow for each item, at most `limit` of them at a time, each with variables of its own. The first failure
 * interrupts the others, and is thrown when they have ended.
 * @param parts how far the flows have come: those that have ended aren't run again
 */
export async function runTogether<T>(
  items: readonly T[],
  limit: number,
  outer: FlowScope,
  parts: Progress[],
  run: (item: T, scope: FlowScope, index: number) => Promise<Json>,
): Promise<Json[]> {
  const siblings = new AbortController();
  const signal = AbortSignal.any([outer.signal, siblings.signal]);
  const results: Json[] = [];
  const failures: unknown[] = [];
  const queue = items.entries();
  const mapItem = outer.mapItem && { mapItem: outer.mapItem };

  async function runPart(item: T, index: number): Promise<Json> {
    const progress = (parts[index] ??= newProgress(outer.progress.variables));
    if (progress.ended !== undefined) return progress.ended.output;
    const output = await run(item, { progress, signal, ...mapItem }, index);
    releaseScope(progress.variables);
    return output;
  }

  async function work(): Promise<void> {
    for (const [index, item] of queue) {
      if (failures.length > 0) return;
      try {
        results[index] = await runPart(item, index);
      } catch (failure) {
        failures.push(failure);
        siblings.abort(new Interruption('SIBLING_FAILED'));
      }
    }
  }

  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, work));
  if (failures.length > 0) throw failures[0];
  return results;
}
