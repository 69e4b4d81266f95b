import type { CultureName } from '../../second-lucca/csv.ts';
import type { FaultName } from '../../second-lucca/faults.ts';
import { startSecondLucca } from '../../second-lucca/server.ts';
import { luccaFaults } from './lucca-faults.ts';
import type { StartLucca } from './over-http.ts';
import { keyOf } from './world.ts';

/** What stands for the simulator's faults; the others are left out. */
const translations: Readonly<Record<string, FaultName>> = {
  '5xx': 'unavailable',
  429: 'rateLimitedByDate',
  cut: 'cutByReset',
  unframed: 'cutByFin',
  'key echoed': 'keyEchoed',
  'refused once': 'refusedInOwnWords',
  'login page': 'maintenancePage',
  empty: 'empty',
  'generation fails': 'generationFails',
};

/** Those whose rows are counted as the invariants do it. */
const cultures: readonly CultureName[] = ['french', 'english', 'windows1252'];

/** The Lucca that was made from the guide alone. How its answers are sent is drawn for each of them. */
export const startSecondLuccaOf: StartLucca = async (name, { seed, tenants }, { clock, chance, faults }) => {
  const { rows, rotation, ...times } = tenants[name];
  const lucca = await startSecondLucca({
    ...times,
    clock,
    seed,
    people: rows,
    culture: cultures[seed % cultures.length]!,
    apiKeys: [keyOf(name)],
    nextFault: (operation) => {
      const kinds = luccaFaults(operation, chance, { rotates: rotation !== undefined }).flatMap(
        ({ fault: _fault, ...kind }) => {
          const translation = translations[kind.kind];
          return translation === undefined ? [] : [{ ...kind, fault: () => translation }];
        },
      );
      return faults.strike('Lucca', operation, kinds);
    },
  });
  return { ...lucca, expectedFile: (reportId, format) => lucca.expected(reportId, format).bytes };
};
