import type { ServerResponse } from 'node:http';
import { setTimeout as realPause } from 'node:timers/promises';
import { bytesOf, half } from './answers.ts';
import type { Answer } from './answers.ts';
import type { Fault } from './faults.ts';

/** Sends an answer, as badly as the fault wants it to travel. */
export async function deliver(
  response: ServerResponse,
  answer: Answer,
  fault: Fault | undefined,
): Promise<void> {
  const body = bytesOf(answer);
  const announce = (headers: Record<string, string | number>) =>
    response.writeHead(answer.status, { ...answer.headers, ...headers });
  const withLength = { 'Content-Length': body.length };
  const breakConnection = () => response.destroy();

  switch (fault?.kind) {
    case 'noAnswer':
      breakConnection();
      return;
    case 'cut':
      announce(withLength).write(upTo(body, fault.afterBytes), breakConnection);
      return;
    case 'stall':
      announce(withLength).flushHeaders();
      response.write(upTo(body, fault.afterBytes));
      return;
    case 'wrongLength':
      // Without keep-alive, the end of the connection is what tells the client that nothing more will come.
      announce({ ...withLength, Connection: 'close' }).end(without(body, fault.missingBytes ?? 1));
      return;
    case 'chunked':
      announce({ 'Transfer-Encoding': 'chunked' }).end(without(body, fault.missingBytes ?? 0));
      if (!fault.missingBytes) answer.whenDelivered?.();
      return;
    case 'unframed':
      await deliverUnframed(response, answer, body, fault.cut);
      if (fault.cut === undefined) answer.whenDelivered?.();
      return;
    case 'slow':
      announce(withLength).flushHeaders();
      await sendSlowly(response, body, fault);
      if (!response.destroyed) answer.whenDelivered?.();
      response.end();
      return;
    default:
      answer.whenDelivered?.();
      announce(withLength).end(body);
  }
}

/** On the bare socket: Node gives every answer a length or chunks. */
async function deliverUnframed(
  response: ServerResponse,
  { status, headers }: Answer,
  body: Buffer,
  cut: 'closed' | 'reset' | undefined,
): Promise<void> {
  const socket = response.socket!;
  response.detachSocket(socket);
  const lines = Object.entries({ ...headers, Connection: 'close' }).map(
    ([name, value]) => `${name}: ${value}`,
  );
  socket.write([`HTTP/1.1 ${status} `, ...lines, '', ''].join('\r\n'));
  if (cut === undefined || cut === 'closed') return void socket.end(cut ? half(body) : body);
  await new Promise((resolve) => socket.write(half(body), resolve));
  // Later, so that the start doesn't arrive together with the end.
  await realPause(20, undefined, { ref: false });
  socket.resetAndDestroy();
}

const upTo = (body: Buffer, bytes?: number) => (bytes === undefined ? half(body) : body.subarray(0, bytes));

const without = (body: Buffer, missingBytes: number) =>
  body.subarray(0, Math.max(0, body.length - missingBytes));

/**
 * Real pauses, since the clock may stand still for as long as a request runs. They keep no process from ending whose
 * server was closed.
 */
async function sendSlowly(
  response: ServerResponse,
  body: Buffer,
  fault: Fault & { kind: 'slow' },
): Promise<void> {
  const bytesAtATime = fault.bytesAtATime ?? Math.ceil(body.length / 10);
  for (let sent = 0; sent < body.length && !response.destroyed; sent += bytesAtATime) {
    await realPause(fault.pauseMilliseconds ?? 5, undefined, { ref: false });
    response.write(body.subarray(sent, sent + bytesAtATime));
  }
}
