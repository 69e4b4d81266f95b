import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** A server on the loopback interface. */
export interface HttpServer {
  url: string;
  /** Cuts every connection, then waits for the handlers to tidy up after themselves. Safe to call again. */
  close: () => Promise<void>;
  /** Bytes received so far, over all connections. */
  receivedBytes: () => number;
}

export interface ServeOptions {
  /** @default a free one */
  port?: number | undefined;
  /** Whose requests are answered: others on this machine don't know it. @default anybody's */
  accessKeyId?: string | undefined;
}

/** Listens on 127.0.0.1. The handler answers its own errors. */
export async function serve(
  handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
  { port = 0, accessKeyId }: ServeOptions = {},
): Promise<HttpServer> {
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    try {
      const refused = refusal(request, accessKeyId);
      if (refused === undefined) await handle(request, response);
      else response.writeHead(403).end(refused);
    } catch {
      response.destroy();
    }
    // What the client of a refused request still sends must be read, or its connection is stuck.
    request.resume();
  };
  const underWay = new Set<Promise<void>>();
  // Clients keep idle connections in a pool: closing those early would race with their next request.
  const patience = { requestTimeout: 0, keepAliveTimeout: 600_000 };
  const server = createServer(patience, (request, response) => {
    const work = answer(request, response);
    underWay.add(work);
    void work.then(() => underWay.delete(work));
  });
  const open = new Set<Socket>();
  let fromClosed = 0;
  server.on('connection', (socket) => {
    open.add(socket);
    socket.once('close', () => {
      open.delete(socket);
      fromClosed += socket.bytesRead;
    });
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');

  let closed: Promise<void> | undefined;
  const close = async () => {
    const stopped = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await stopped;
    await Promise.all(underWay);
  };
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: () => (closed ??= close()),
    receivedBytes: () => [...open].reduce((sum, socket) => sum + socket.bytesRead, fromClosed),
  };
}

/**
 * Why a request isn't answered. A web page can reach this machine under a name of its own, and so can every user of it:
 * neither may read what an export needs.
 */
function refusal({ headers, socket }: IncomingMessage, accessKeyId = ''): string | undefined {
  const host = `127.0.0.1:${socket.localPort}`;
  if (headers.host !== host) return `expected requests to ${host}`;
  if (headers.origin !== undefined) return 'expected no requests of web pages';
  const { authorization = '' } = headers;
  const isKnown = accessKeyId === '' || authorization.includes(`Credential=${accessKeyId}/`);
  return isKnown ? undefined : 'expected the access key of this run';
}
