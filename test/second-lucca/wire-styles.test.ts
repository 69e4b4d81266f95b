import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { doneReport, request } from './support.ts';
import { allWireStyles, type WireStyle } from './wire-styles.ts';

const shapes: Record<WireStyle, RegExp> = {
  oddCase: /^HTTP\/1\.1 200 .*\r\ncOnTeNt-lEnGtH: \d+\r\n\r\n/s,
  keepAlive: /\r\nConnection: keep-alive\r\nKeep-Alive: timeout=5, max=100\r\n\r\n/,
  closing: /\r\nConnection: close\r\n\r\n/,
  chunked:
    /\r\n\r\n008;part;note="a;b \\"c\\""\r\n.{8}\r\n00F;.*\r\n0;last\r\nX-Rows: many\r\nX-Done: yes\r\n\r\n$/s,
  http10: /^HTTP\/1\.0 200 (?!.*(length|chunked|connection).*\r\n\r\n)/is,
  padded: /\r\ncontent-length: \t {3}\d+\r\n/,
  unpadded: /\r\nCONTENT-LENGTH:\d+\r\n/,
  byteByByte: /\r\nContent-Length: \d+\r\n\r\n/,
  earlyHints: /^(HTTP\/1\.1 103 Early Hints\r\nLink: .*\r\n\r\n){2}HTTP\/1\.1 200 /,
  unaskedContinue: /^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 /,
  trailingTab: /\r\nContent-Length: \d+\t\r\n/,
};

test.each(Object.keys(allWireStyles) as WireStyle[])('%s looks as it should, and is whole', async (style) => {
  const { ask, lucca, file } = await doneReport({ style });
  const { text } = await ask('download-csv');
  expect(text).toMatch(shapes[style]);
  const path = '/timmi-timesheet/api/reports/90001/download-csv';
  const headers = { Authorization: 'lucca application=key' };
  const [answer] = (await once(get(lucca.url + path, { headers, agent: false }), 'response')) as [
    IncomingMessage,
  ];
  expect(await buffer(answer)).toEqual(file.bytes);
});

test('the closing styles hang up, the others go on', async () => {
  const endings = await Promise.all(
    (['closing', 'http10', 'keepAlive', 'chunked'] as const).map(async (style) => {
      const { ask } = await doneReport({ style });
      const twice = request('GET', '/reports/90001').repeat(2);
      const { text, ending } = await ask('', twice, (heard) => heard.split('"status"').length === 3);
      return [style, text.split('"status"').length - 1, ending];
    }),
  );
  expect(endings).toEqual([
    ['closing', 1, 'closed'],
    ['http10', 1, 'closed'],
    ['keepAlive', 2, 'open'],
    ['chunked', 2, 'open'],
  ]);
});
