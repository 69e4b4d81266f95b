import { expect, test } from 'vitest';
import type { Assembly } from '../../local/assembly/assembly.ts';
import type { Json } from '../../local/states-language/index.ts';
import guideTemplate from '../../local/lucca-simulator/guide-template.json' with { type: 'json' };
import { acme } from '../support/acme.ts';
import { definitionOf } from '../support/definition.ts';
import { synthTemplates } from '../support/synth.ts';
import { createWorld } from '../support/workflow.ts';

/** Gives the tenant a default export, as its configuration would. */
const withDefault = (defaultExport: Json) => (assembly: Assembly) => {
  for (const machine of assembly.stateMachines) {
    const text = JSON.stringify(machine.definition).replaceAll(
      '"defaultExport":{}',
      () => `"defaultExport":${JSON.stringify(defaultExport)}`,
    );
    machine.definition = JSON.parse(text) as unknown;
  }
};

const monthly = { templateId: 42, period: 'previousMonth', formats: ['csv', 'excel'] };

test.each([
  ['nothing', {}, '2026-10-01', ['csv', 'excel']],
  ['an offset', { offset: 1 }, '2026-09-01', ['csv', 'excel']],
  ['another period', { period: 'previousYear' }, '2025-01-01', ['csv', 'excel']],
  ['dates', { startsOn: '2026-02-01', endsOn: '2026-02-28' }, '2026-02-01', ['csv', 'excel']],
  ['a format', { formats: ['csv'] }, '2026-10-01', ['csv']],
])('what an input doesn’t say is the default export’s: %s', async (_, input, startsOn, formats) => {
  const world = await createWorld({ change: withDefault(monthly) });
  const result = await world.run(input);
  expect(result).toMatchObject({
    status: 'SUCCEEDED',
    output: { templateId: 42, startsOn, files: formats.map((format) => ({ format })) },
  });
});

test('text of the configuration that looks like an expression reaches Lucca as it is', async () => {
  const names = [
    '{% $states.context.Execution.Id %}',
    '{% 1',
    '1 %}',
    '${AWS::Region}',
    `{% "'\\n\n\u2028\\ %}`,
  ];
  const columns = names.map((name) => ({ ...guideTemplate.columns[0], name, '{% $key %}': [name] }));
  const template = { ...guideTemplate, name: names[0], columns };
  const synthesised = synthTemplates([{ ...acme, defaultExport: { template } }]).tenants[0]!;
  const given = ['Workflow', 'Batch'] as const;
  const [single, batch] = given.map((workflow) => {
    const { States, StartAt } = definitionOf(synthesised, workflow);
    return States[StartAt]!.Arguments!.defaultExport as Json;
  });
  expect(batch).toEqual(single);

  const world = await createWorld({ change: withDefault(single!) });
  await world.run({});
  expect(world.lucca.templates.at(-1)!.payload).toMatchObject({ name: names[0], columns });
});

test('an empty input without a default export says what is missing', async () => {
  const world = await createWorld();
  expect(await world.run({})).toMatchObject({
    error: 'InvalidRequestError',
    cause: expect.stringMatching(/"templateId" or "template", found neither/) as string,
  });
});

test('batches have the same default', async () => {
  const world = await createWorld({ change: withDefault(monthly) });
  const backfill = await world.runBatch({ backfill: { from: '2026-01', to: '2026-01', every: 'month' } });
  const list = await world.runBatch({ exports: [{ offset: 2 }] });
  expect([backfill, list]).toMatchObject([
    { output: { items: [{ templateId: 42, startsOn: '2026-01-01' }] } },
    { output: { items: [{ templateId: 42, startsOn: '2026-08-01' }] } },
  ]);
});
