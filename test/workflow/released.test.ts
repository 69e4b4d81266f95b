import { describe, expect, test } from 'vitest';
import guideTemplate from '../../local/lucca-simulator/guide-template.json' with { type: 'json' };
import type { Assembly } from '../../local/assembly/assembly.ts';
import type { Json } from '../../local/states-language/index.ts';
import { definitionsOf, releasedVersions } from '../released/definitions.ts';
import { createWorld, statesOf } from '../support/workflow.ts';

const template = guideTemplate as unknown as Json;
const lastMonth = { templateId: 42, period: 'previousMonth' };

/** The documentation's example has a state machine of its own. */
function otherDefinition(arn: string, definition: unknown): unknown {
  if (!arn.includes('LuccaReportExport-')) return definition;
  throw new Error(`${arn} is not among the definitions that were kept.`);
}

/**
 * Running executions keep their definition, and call the functions that were deployed meanwhile. So these are today's
 * functions, called by the definitions of a version that was released.
 */
describe.each(releasedVersions)('executions of version %s', (version) => {
  const definitions = definitionsOf(version);
  const worldOf = () =>
    createWorld({
      released: ({ stateMachines }: Assembly) => {
        for (const machine of stateMachines)
          machine.definition = definitions[machine.arn] ?? otherDefinition(machine.arn, machine.definition);
      },
    });

  test('succeed, as an export whose report fails, vanishes and is there in the end', async () => {
    const world = await worldOf();
    world.lucca.addFault({ kind: 'generationError', on: 'createReport' });
    world.lucca.addFault({ kind: 'expired', on: 'checkReport' });
    world.lucca.addFault({ kind: 'status', on: 'checkReport', status: 429, headers: { 'Retry-After': '7' } });
    const result = await world.run({ template, period: 'previousMonth', formats: ['csv', 'excel'] });
    expect(result).toMatchObject({ status: 'SUCCEEDED', output: { version: 1 } });
    expect(Object.keys(world.files()).filter((key) => /report\.|manifest/.test(key))).toHaveLength(3);
    expect(statesOf(world.events)).toEqual(expect.arrayContaining(['Recreate?', 'Remember Template']));
    expect(await world.leases.all()).toEqual([]);
  });

  test('fail with the errors that they know', async () => {
    const world = await worldOf();
    expect(await world.run({ ...lastMonth, templateId: 7 })).toMatchObject({
      error: 'TemplateNotFoundError',
    });
    world.lucca.addFault({ kind: 'status', on: 'createReport', status: 400 });
    expect(await world.run(lastMonth)).toMatchObject({ error: 'LuccaRejectedError' });
    expect(await world.run({ lastDays: 0 })).toMatchObject({ error: 'InvalidRequestError' });
    expect(await world.leases.all()).toEqual([]);
  });

  test('succeed as a batch, and again as one that finds everything exported', async () => {
    const world = await worldOf();
    const backfill = { from: '2026-01', to: '2026-03', every: 'month', template, formats: ['csv'] };
    expect(await world.runBatch({ backfill })).toMatchObject({
      status: 'SUCCEEDED',
      output: { exported: 3 },
    });
    expect(await world.runBatch({ backfill, skipExisting: true })).toMatchObject({
      status: 'SUCCEEDED',
      output: { skipped: 3 },
    });
  });

  test('succeed as an occurrence of a schedule, and give back the lease of one that was stopped', async () => {
    const world = await worldOf();
    const { targetArn, input } = world.schedules.find((schedule) => schedule.input.includes('"monthly"'))!;
    const occurrence = input.replaceAll('<aws.scheduler.scheduled-time>', '2026-11-02T05:00:00Z');
    expect(
      await world.engine.run(targetArn, { name: 'one', input: JSON.parse(occurrence) as Json }),
    ).toMatchObject({
      status: 'SUCCEEDED',
    });
    const stop = new AbortController();
    void world.clock.sleep(5_000).then(() => stop.abort());
    await world.run({ ...lastMonth, period: 'yesterday' }, { signal: stop.signal });
    await world.engine.settled();
    expect(world.lucca.reports.map(({ period }) => period.startsOn.toString())).toContain('2026-10-01');
    expect(await world.leases.all()).toEqual([]);
  });
});
