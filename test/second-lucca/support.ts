import { once } from 'node:events';
import { connect } from 'node:net';
import { onTestFinished } from 'vitest';
import { VirtualClock } from '../../local/clock.ts';
import { type SecondLuccaOptions, startSecondLucca } from './server.ts';

/** What was heard over a connection. */
interface Heard {
  text: string;
  ending: 'open' | 'closed' | 'reset';
}

/** Sends the parts over a connection of their own, and listens until that is enough, or the connection ends. */
export async function converse(
  url: string,
  parts: readonly string[],
  isEnough: (text: string) => boolean,
): Promise<Heard> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  await once(socket, 'connect');
  for (const part of parts) await new Promise((resolve) => void socket.write(part, resolve));
  return new Promise((resolve) => {
    let text = '';
    const end = (ending: Heard['ending']) => {
      resolve({ text, ending });
      socket.destroy();
    };
    socket.on('data', (bytes) => {
      text += bytes.toString('latin1');
      if (isEnough(text)) end('open');
    });
    socket.on('end', () => end('closed')).on('error', () => end('reset'));
  });
}

/** A request as text. */
export function request(method: string, path: string, body?: unknown, headers: string[] = []): string {
  const text = body === undefined ? '' : JSON.stringify(body);
  return [
    `${method} /timmi-timesheet/api${path} HTTP/1.1`,
    'Host: lucca',
    'Authorization: lucca application=key',
    `Content-Length: ${Buffer.byteLength(text)}`,
    ...headers,
    '',
    text,
  ].join('\r\n');
}

/** A Lucca that ends with the test. */
export async function start(options: Partial<SecondLuccaOptions>) {
  const clock = new VirtualClock('2026-11-02T05:00:00Z');
  const lucca = await startSecondLucca({ clock, apiKeys: ['key', 'other'], dialect: 'plain', ...options });
  onTestFinished(() => lucca.close());
  return { clock, lucca };
}

/** A Lucca with a report that is done: the first. */
export async function doneReport(options: Partial<SecondLuccaOptions>) {
  const { clock, lucca } = await start({ generationSeconds: 0, ...options });
  const january = { templateId: 42, startsOn: '2026-01-01', endsOn: '2026-01-31' };
  await converse(lucca.url, [request('POST', '/reports', january)], (text) => text.includes('}'));
  const file = lucca.expected(lucca.reports[0]!.id, 'csv');
  const wholeFile = file.bytes.toString('latin1');
  return {
    clock,
    lucca,
    file,
    /** Asks for the report, or something below it. */
    ask: async (
      below: string,
      text = request('GET', `/reports/90001${below && `/${below}`}`),
      isEnough = (heard: string) => heard.endsWith(wholeFile) || heard.endsWith('X-Done: yes\r\n\r\n'),
    ) => {
      const heard = await converse(lucca.url, [text], isEnough);
      const [head = '', body = ''] = heard.text.split(/\r\n\r\n(?!HTTP)([^]*)/);
      return { ...heard, head, body, status: Number(head.split(' ')[1]) };
    },
  };
}
