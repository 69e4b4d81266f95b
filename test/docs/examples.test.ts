import { expect, test, vi } from 'vitest';
import { handler } from '../../docs/examples/payroll/hand-over.ts';
import guideTemplate from '../../local/lucca-simulator/guide-template.json' with { type: 'json' };
import { createWorld } from '../support/workflow.ts';

test('the example of a workflow that exports and acts on the file does so', async () => {
  const world = await createWorld();
  const result = await world.engine.run(world.outputs.PayrollStateMachineArn!, {
    name: 'payroll',
    input: {},
  });
  expect(result).toMatchObject({ status: 'SUCCEEDED' });
  // A month is in one quarter, so that each periodic column is there once, with a line break in its name.
  expect(world.lucca.expectedFile(1001, 'csv').toString()).toContain(';"Absences\nT4 2026";');
  expect(result).toMatchObject({ output: [{ columns: guideTemplate.columns.length, rows: 15 }] });
});

test('its function reads nothing but what the deployment has told it of', async () => {
  vi.stubEnv('REPORT_PREFIX', 'acme/');
  const forged = handler({ manifestKey: 'globex/template=42/2026-10-01_2026-10-31/manifest.json' });
  await expect(forged).rejects.toThrow('Expected a key that begins with acme/');
  vi.unstubAllEnvs();
});

test('the step fails with the error of the export', async () => {
  const world = await createWorld();
  world.lucca.addFault({ kind: 'status', on: 'createReport', status: 400 });
  const result = await world.engine.run(world.outputs.PayrollStateMachineArn!, {
    name: 'payroll',
    input: {},
  });
  expect(result).toMatchObject({ status: 'FAILED', error: 'States.TaskFailed' });
  const { Error: error, Cause: cause } = JSON.parse((result as { cause: string }).cause) as Record<
    string,
    string
  >;
  expect(error).toBe('LuccaRejectedError');
  expect(cause).toContain('answered 400');
});
