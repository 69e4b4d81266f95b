import { expect, test } from 'vitest';
import guideTemplate from '../../../local/lucca-simulator/guide-template.json' with { type: 'json' };
import { api, openTenant } from './tenant.ts';

const templates = `${api}/report-templates`;

test('a template is answered as it was posted, with an id that counts up', async () => {
  const { post, lucca } = await openTenant();
  const first = await post(templates, { ...guideTemplate, unheardOf: { kept: ['é', null] } });
  expect(first.status).toBe(201);
  expect(first.body).toEqual({ ...guideTemplate, id: 43, unheardOf: { kept: ['é', null] } });
  expect((await post(templates, guideTemplate)).body['id']).toBe(44);
  expect(lucca.templates.map(({ id, madeBy }) => [id, madeBy])).toEqual([
    [42, 'everyone'],
    [43, 0],
    [44, 0],
  ]);
});

test.each([
  ['text', '$'],
  [[guideTemplate], '$'],
  [null, '$'],
  [{ columns: guideTemplate.columns }, 'name'],
  [{ name: '', columns: guideTemplate.columns }, 'name'],
  [{ name: 'Temps' }, 'columns'],
  [{ name: 'Temps', columns: [] }, 'columns'],
  [{ name: 'Temps', columns: [{ name: 'Nom' }] }, 'columns.0.kind'],
])('%j is malformed: 400 with the field in `errors`', async (payload, field) => {
  const { post, lucca } = await openTenant();
  const { status, headers, body } = await post(templates, payload);
  expect(status).toBe(400);
  expect(headers.get('content-type')).toContain('application/problem+json');
  expect(body['errors']).toEqual({ [field]: [expect.any(String)] });
  expect(lucca.templates).toHaveLength(1);
});

test('a body that is no JSON is malformed', async () => {
  const { fetch } = await openTenant();
  const response = await fetch(templates, { method: 'POST', body: '{"name":' });
  expect(response.status).toBe(400);
  expect(await response.json()).toHaveProperty('errors.$');
});

test('a private template exists for its key only', async () => {
  const { post, createReport } = await openTenant();
  const { body } = await post(templates, guideTemplate, 'second');
  const templateId = body['id'];
  expect((await createReport({ templateId }, 'second')).status).toBe(200);
  expect((await createReport({ templateId }, 'first')).status).toBe(404);
});

test('a public template exists for every key', async () => {
  const { post, createReport } = await openTenant();
  const { body } = await post(templates, { ...guideTemplate, isPublic: true }, 'second');
  expect((await createReport({ templateId: body['id'] }, 'first')).status).toBe(200);
});

test('templates that were there before exist for every key, and ids go on after them', async () => {
  const { post, createReport } = await openTenant({ templates: { 7: guideTemplate, 900: guideTemplate } });
  expect((await createReport({ templateId: 7 }, 'first')).status).toBe(200);
  expect((await createReport({ templateId: 900 }, 'second')).status).toBe(200);
  expect((await createReport({ templateId: 42 })).status).toBe(404);
  expect((await post(templates, guideTemplate)).body['id']).toBe(901);
});
