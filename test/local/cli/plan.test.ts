import { execFileSync } from 'node:child_process';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { explain } from '../../../local/cli/plan.ts';
import { acme } from '../../support/acme.ts';
import { temporaryDirectory } from './process.ts';

const folder = 'acme/template=42/2026-09-01_2026-09-30';
const manifest = JSON.stringify({ files: [{ format: 'csv' }], exportedAt: '2026-10-01T05:00:00Z' });

test.for<[string, string, (path: string) => Promise<unknown>]>([
  ['its manifest', 'skipped', (path) => writeFile(path, manifest)],
  [
    'a link to a manifest',
    'planned',
    async (path) => {
      await writeFile(`${path}.elsewhere`, manifest);
      await symlink(`${path}.elsewhere`, path);
    },
  ],
  ['a link to what never ends', 'planned', (path) => symlink('/dev/zero', path)],
  [
    'a pipe that nobody writes to',
    'planned',
    async (path) => execFileSync('sh', ['-c', 'mkfifo "$0"', path]),
  ],
])('with %s in the folder of an export, it is %s', async ([, status, plant], context) => {
  context.skip(process.platform === 'win32', 'Windows has no such things');
  const out = await temporaryDirectory(context);
  const path = join(out, folder, 'manifest.json');
  await mkdir(dirname(path), { recursive: true });
  await plant(path);
  const plan = await explain(
    {
      workflow: 'batch',
      input: {
        backfill: { from: '2026-09', to: '2026-09', every: 'month', templateId: 42, formats: ['csv'] },
        skipExisting: true,
      },
      out,
      json: true,
      explain: true,
      settings: acme,
      tenant: 'acme',
      lucca: { tenant: 'acme', domain: acme.domain, apiKey: '' },
    },
    'local',
    Date.parse('2026-11-02T05:00:00Z'),
  );
  expect(plan).toMatchObject({ items: [{ folder, status }] });
});
