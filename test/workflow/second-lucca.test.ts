import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import type { StoredFile } from '../../lambdas/shared/contract.ts';
import { cultureNames } from '../second-lucca/csv.ts';
import { dialectNames } from '../second-lucca/json.ts';
import { type Kind, kinds } from '../second-lucca/kinds.ts';
import { type SecondLucca, startSecondLucca } from '../second-lucca/server.ts';
import { wireStyleNames } from '../second-lucca/wire-styles.ts';
import { apiKey, createWorldAround, type World } from '../support/workflow.ts';

const folder = 'acme/template=42/2026-10-01_2026-10-31';
const keys = [`${folder}/report.csv`, `${folder}/report.xlsx`] as const;
const manifestKey = `${folder}/manifest.json`;

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

/** What must be in the bucket, and in the manifest, after an export of a report. */
function filesOf(lucca: SecondLucca, reportId: number) {
  const [csv, excel] = [lucca.expected(reportId, 'csv'), lucca.expected(reportId, 'excel')];
  return {
    bucket: { [keys[0]]: csv.bytes, [keys[1]]: excel.bytes },
    listed: [
      { key: keys[0], bytes: csv.bytes.length, sha256: sha256(csv.bytes), rows: csv.rows },
      { key: keys[1], bytes: excel.bytes.length, sha256: sha256(excel.bytes), rows: undefined },
    ],
  };
}

/** What is there. */
function filesIn({ files }: World<SecondLucca>) {
  const { [manifestKey]: manifest, ...bucket } = files();
  const { files: stored } = JSON.parse(manifest!.toString()) as { files: StoredFile[] };
  return { bucket, listed: stored.map(({ key, bytes, sha256, rows }) => ({ key, bytes, sha256, rows })) };
}

const answers: Kind[] = [
  ...wireStyleNames.map((style) => ({ name: `sent as ${style}`, options: { style } })),
  ...dialectNames.map((dialect) => ({ name: `${dialect} JSON`, options: { dialect } })),
  ...cultureNames.map((culture) => ({ name: `${culture} CSV`, options: { culture } })),
].map((kind) => ({ ...kind, ending: 'success', reports: 1 }));

const today = [...answers, ...kinds].filter(
  ({ notYet }) => notYet === undefined || process.env.KINDS === 'all',
);

/** Runs an export of both files. */
async function exportWith({ options = {}, faults = [] }: Kind) {
  const world = await createWorldAround((clock) =>
    startSecondLucca({ clock, apiKeys: [apiKey], style: 'keepAlive', dialect: 'plain', ...options }),
  );
  faults.forEach(world.lucca.order);
  const startedAt = world.clock.now();
  const result = await world.run({ templateId: 42, period: 'previousMonth', formats: ['csv', 'excel'] });
  const told = JSON.stringify([result, world.events, world.logs]).toLowerCase();
  return {
    world,
    ending: 'error' in result ? result.error : 'success',
    reportId: 'output' in result ? (result.output as { reportId: number }).reportId : undefined,
    hours: (world.clock.now() - startedAt) / 3_600_000,
    isKeyTold: told.includes(apiKey),
  };
}

test.each(today.filter(({ ending }) => ending === 'success'))('$name: success', async (kind) => {
  const { world, ending, reportId, hours, isKeyTold } = await exportWith(kind);
  expect({ ending, isKeyTold }).toEqual({ ending: 'success', isKeyTold: false });
  expect(filesIn(world)).toEqual(filesOf(world.lucca, reportId!));
  expect(world.lucca.reports.length).toBeLessThanOrEqual(kind.reports ?? Infinity);
  // Nothing here asks to wait for long.
  expect(hours).toBeLessThan(1);
});

test.each(today.filter(({ ending }) => ending !== 'success'))('$name: $ending', async (kind) => {
  const { world, ending, isKeyTold } = await exportWith(kind);
  expect({ ending, isKeyTold }).toEqual({ ending: kind.ending, isKeyTold: false });
  expect(Object.keys(world.files()).filter((key) => key === manifestKey)).toEqual([]);
});
