import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import type { StoredFile } from '../../lambdas/shared/contract.ts';
import { changeDefinitions, createWorld } from '../support/workflow.ts';

/** A host that writes down who calls it, and with what key. */
async function startOtherHost() {
  const received: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    received.push(request.headers.authorization);
    response.writeHead(200).end('{"id":1,"status":"done"}');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return { received, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

test('whoever may edit a state machine sends no key elsewhere, and no file to another tenant', async () => {
  const other = await startOtherHost();
  const secret = 'arn:aws:secretsmanager:eu-west-3:000000000000:secret:globex';
  const tenant = { name: 'globex', domain: other.url, timeZone: 'UTC', apiKeySecretArn: secret };
  const injected = `"tenant":${JSON.stringify(tenant)},"folder":"globex/template=42/x","deadline":`;
  let edited = 0;
  const world = await createWorld({
    change: changeDefinitions((definition) => {
      edited += definition.split('"deadline":').length - 1;
      return definition.replaceAll('"deadline":', injected);
    }),
  });
  // Ensure Template, Create Report, Check Report, Store File.
  expect(edited).toBeGreaterThanOrEqual(4);
  const result = await world.run({ templateId: 42, period: 'previousMonth', formats: ['csv', 'excel'] });
  const { files } = (result as { output: object }).output as { files: StoredFile[] };
  expect(files.map(({ key }) => key)).toEqual([
    'acme/template=42/2026-10-01_2026-10-31/report.csv',
    'acme/template=42/2026-10-01_2026-10-31/report.xlsx',
  ]);
  expect(other.received).toEqual([]);
  expect(world.engine.secretsManager.reads[secret]).toBeUndefined();
});
