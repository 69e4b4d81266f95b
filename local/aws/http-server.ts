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

/** Listens on 127.0.0.1, on a free port unless told which. The handler answers its own errors. */
export async function serve(
  handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
  port = 0,
): Promise<HttpServer> {
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    try {
      await handle(request, response);
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
