import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { problem } from './answers.ts';
import { deliver } from './delivery.ts';
import type { SimulatedLucca } from './lucca.ts';

/** An HTTP server that is not listening yet. */
export function createLuccaServer(answer: SimulatedLucca['answer']): Server {
  const server = createServer((request, response) => {
    receive(answer, request, response).catch((error: Error) => tell(error, response));
  });
  // Connections are kept until the client lets go, or one could break just as the client uses it again.
  server.keepAliveTimeout = 0;
  return server;
}

async function receive(
  answerRequest: SimulatedLucca['answer'],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { answer, fault } = answerRequest({
    method: request.method ?? '',
    path: request.url ?? '',
    authorization: request.headers.authorization ?? '',
    body: await buffer(request),
  });
  await deliver(response, answer, fault);
}

/** Told, so that a mistake of the simulator's own is not taken for a fault that was added. */
async function tell(error: Error, response: ServerResponse): Promise<void> {
  if (response.headersSent) response.destroy();
  else await deliver(response, problem(500, `The simulator failed: ${error.message}`), undefined);
}
