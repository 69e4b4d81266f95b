import { expect, test } from 'vitest';
import type { SecondLuccaOptions } from './server.ts';
import { converse, request, start } from './support.ts';

const january = { templateId: 42, startsOn: '2026-01-01', endsOn: '2026-01-31' };

async function apiWith(options: Partial<SecondLuccaOptions> = {}) {
  const { clock, lucca } = await start({ style: 'closing', ...options });
  const ask = async (method: string, path: string, body?: unknown, key = 'key') => {
    const text = request(method, path, body).replace('application=key', `application=${key}`);
    const answer = await converse(lucca.url, [text], () => false);
    const [head = '', content = ''] = answer.text.split(/\r\n\r\n([^]*)/);
    return { status: Number(head.split(' ')[1]), head, content, ending: answer.ending };
  };
  const create = async (key = 'key') =>
    (JSON.parse((await ask('POST', '/reports', january, key)).content) as { id: number }).id;
  return { clock, lucca, ask, create };
}

test('a report is pending for as long as it takes, then done, and downloaded', async () => {
  const { clock, lucca, ask, create } = await apiWith({ generationSeconds: 15 });
  const id = await create();
  const status = async () =>
    (JSON.parse((await ask('GET', `/reports/${id}`)).content) as { status: string }).status;
  expect(await status()).toBe('pending');
  expect(await ask('GET', `/reports/${id}/download-csv`)).toMatchObject({ status: 404 });
  await clock.sleep(14_999);
  expect(await status()).toBe('pending');
  await clock.sleep(1);
  expect(await status()).toBe('done');
  const { content } = await ask('GET', `/reports/${id}/download-excel`);
  expect(Buffer.from(content, 'latin1')).toEqual(lucca.expected(id, 'excel').bytes);
});

test('a report is gone after a day, and as soon as the same key has another one made', async () => {
  const { clock, lucca, ask, create } = await apiWith();
  const [first, others] = [await create(), await create('other')];
  expect(await ask('GET', `/reports/${others}`)).toMatchObject({ status: 404 });
  const second = await create();
  expect(await ask('GET', `/reports/${first}`)).toMatchObject({ status: 404 });
  expect(await ask('GET', `/reports/${others}`, undefined, 'other')).toMatchObject({ status: 200 });
  expect(lucca.supersededReports).toMatchObject([{ reportId: first, supersededBy: second }]);
  await clock.sleep(24 * 3_600_000 - 1);
  expect(await ask('GET', `/reports/${second}`)).toMatchObject({ status: 200 });
  await clock.sleep(1);
  expect(await ask('GET', `/reports/${second}`)).toMatchObject({ status: 404 });
});

test('a template gets an id, and only its owner has reports made from it', async () => {
  const { ask } = await apiWith();
  const columns = [{ kind: 'ownerName', name: 'Nom', isPeriodic: false }];
  const { content } = await ask('POST', '/report-templates', { id: 0, name: 'Mine', columns });
  const { id, ...template } = JSON.parse(content) as { id: number };
  expect(template).toEqual({ name: 'Mine', columns });
  const from = { templateId: id, startsOn: null, endsOn: null };
  expect(await ask('POST', '/reports', from)).toMatchObject({
    content: expect.stringContaining('"startsOn":"2026-01-01","endsOn":"2026-12-31"') as string,
  });
  expect(await ask('POST', '/reports', from, 'other')).toMatchObject({ status: 404 });
});

test.each([
  ['a key that nobody has', 'GET', '/reports/1', undefined, 'wrong', 401],
  ['a path that leads nowhere', 'GET', '/reports', undefined, 'key', 404],
  ['no template', 'POST', '/reports', {}, 'key', 400],
  ['dates the wrong way round', 'POST', '/reports', { ...january, endsOn: '2025-01-01' }, 'key', 400],
  ['a template without columns', 'POST', '/report-templates', { name: 'x' }, 'key', 400],
])('refuses %s', async (_, method, path, body, key, status) => {
  const { ask } = await apiWith();
  const { content, ...answer } = await ask(method, path, body, key);
  expect(answer.status).toBe(status);
  expect(JSON.parse(content)).toMatchObject({ status });
});

test('answers 50 requests a minute, and tells when the next may come', async () => {
  const { clock, ask } = await apiWith();
  for (let count = 1; count < 50; count++) await ask('GET', '/reports/1');
  await clock.sleep(20_000);
  expect(await ask('GET', '/reports/1')).toMatchObject({ status: 404 });
  expect(await ask('GET', '/reports/1')).toMatchObject({
    status: 429,
    head: expect.stringContaining('Retry-After: 40') as string,
  });
  await clock.sleep(40_000);
  expect(await ask('GET', '/reports/1')).toMatchObject({ status: 404 });
});

test('reads requests however they come: in chunks, byte by byte, after a word, one behind the other', async () => {
  const { lucca } = await start({ style: 'keepAlive' });
  const body = JSON.stringify(january);
  const posted = request('POST', '/reports');
  const chunked = posted.replace('Content-Length: 0', 'Transfer-Encoding: chunked');
  const chunks = `5;x=y\r\n${body.slice(0, 5)}\r\n${(body.length - 5).toString(16)}\r\n${body.slice(5)}\r\n0\r\n\r\n`;
  const expectant = request('POST', '/reports', january, ['expect: 100-Continue']);
  const parts = [...(chunked + chunks).split(''), `${expectant}${request('GET', '/reports/90002')}`];
  const { text } = await converse(lucca.url, parts, (heard) => heard.split('"status"').length === 4);
  expect(text.match(/HTTP\/1\.1 \d+/g)!.map((line) => line.slice(9))).toEqual(['201', '100', '200', '200']);
  expect(lucca.connections()).toBe(1);
});
