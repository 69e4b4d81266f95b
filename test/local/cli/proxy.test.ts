import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, type Server as NetServer } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { expect, test, type TestContext, vi } from 'vitest';
import { realClock } from '../../../local/clock.ts';
import { startLuccaSimulator } from '../../../local/lucca-simulator/simulator.ts';
import { start, temporaryDirectory, when } from './process.ts';

vi.setConfig({ testTimeout: 300_000 });

const apiKey = 'cli-api-key-4711';
/** A key and its certificate for acme.ilucca.net, which nobody else trusts. They last until 2126. */
const certificate = 'test/local/cli/acme.pem';

async function listen(
  server: NetServer,
  { onTestFinished }: Pick<TestContext, 'onTestFinished'>,
): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

/** TLS in front of a server that has none. */
function tlsBefore(port: number): NetServer {
  const pem = readFileSync(certificate);
  return createTlsServer({ key: pem, cert: pem }, (socket) => {
    const behind = connect(port, '127.0.0.1');
    socket.on('error', () => behind.destroy()).pipe(behind);
    behind.on('error', () => socket.destroy()).pipe(socket);
  });
}

/** Leads to one port whatever it is asked for, and writes down what that is. */
function proxyTo(port: number, asked: string[]): Server {
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.writeHead(502).end();
  });
  return server.on('connect', (request, socket) => {
    asked.push(request.url ?? '');
    const behind = connect(port, '127.0.0.1', () => socket.write('HTTP/1.1 200 OK\r\n\r\n'));
    socket.on('error', () => behind.destroy()).pipe(behind);
    behind.on('error', () => socket.destroy()).pipe(socket);
  });
}

test('Lucca is called through the proxy that Node is told of, and nobody else is', async (context) => {
  const lucca = await startLuccaSimulator({ clock: realClock, apiKeys: [apiKey], generationSeconds: 0 });
  context.onTestFinished(lucca.close);
  const luccaPort = await listen(tlsBefore(Number(new URL(lucca.url).port)), context);
  const asked: string[] = [];
  const proxy = `http://127.0.0.1:${await listen(proxyTo(luccaPort, asked), context)}`;
  const out = await temporaryDirectory(context);
  const { code, stderr } = await start(['--template', '42', '--period', 'previousMonth', '--out', out], {
    environment: {
      LUCCA_DOMAIN: 'https://acme.ilucca.net',
      LUCCA_API_KEY: apiKey,
      NODE_USE_ENV_PROXY: '1',
      NODE_EXTRA_CA_CERTS: certificate,
      http_proxy: proxy,
      https_proxy: proxy,
      no_proxy: '',
    },
    onStderr: when(/retry 1/, (child) => child.kill()),
  });
  expect(stderr).toContain('Write Manifest');
  expect(code).toBe(0);
  expect(new Set(asked)).toEqual(new Set(['acme.ilucca.net:443']));
});

test('a proxy that wants a password is told of (npm 14421)', async (context) => {
  const server = createServer().on('connect', (_, socket) =>
    socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n'),
  );
  const out = await temporaryDirectory(context);
  const { code, stdout } = await start(['--template', '42', '--json', '--out', out], {
    environment: {
      LUCCA_DOMAIN: 'https://acme.ilucca.net',
      LUCCA_API_KEY: apiKey,
      NODE_USE_ENV_PROXY: '1',
      HTTPS_PROXY: `http://127.0.0.1:${await listen(server, context)}`,
    },
    onStderr: when(/retry 1 in/, (child) => child.kill('SIGINT')),
  });
  expect(code).toBe(130);
  expect(stdout).toMatch(/got no answer: Proxy response \(407\).*HTTPS_PROXY, which holds.*a password/);
});
