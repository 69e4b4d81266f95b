import type { Socket } from 'node:net';
import type { Answer } from './answer.ts';

export type Send = (socket: Socket, answer: Answer) => Promise<void>;

type Line = (name: string, value: string) => string;

const plainLine: Line = (name, value) => `${name}: ${value}`;

/** The status line and the headers. */
export function head(
  { status, headers }: Answer,
  framing: Record<string, string | number>,
  { version = '1.1', line = plainLine }: { version?: '1.0' | '1.1'; line?: Line } = {},
): string {
  const all = [...headers, ...Object.entries(framing)];
  // Clients have to ignore the phrase.
  const statusLine = `HTTP/${version} ${status} As Lucca Says`;
  return [statusLine, ...all.map(([name, value]) => line(name, String(value))), '', ''].join('\r\n');
}

/** Resolves when the bytes have left, rejects when the client hung up. */
export const write = (socket: Socket, bytes: string | Uint8Array): Promise<void> =>
  new Promise((resolve, reject) => {
    socket.write(bytes, (error) => (error ? reject(error) : resolve()));
  });

const lengthOf = ({ body }: Answer) => ({ 'Content-Length': body.length });

function withLines(line: Line): Send {
  return async (socket, answer) => {
    await write(socket, head(answer, lengthOf(answer), { line }));
    await write(socket, answer.body);
  };
}

/** Ways to send an answer that are all whole and right by RFC 9110 and 9112: clients must see no difference. */
const wireStyles = {
  oddCase: async (socket, answer) => {
    await write(socket, head(answer, { 'cOnTeNt-lEnGtH': answer.body.length }));
    await write(socket, answer.body);
  },
  keepAlive: async (socket, answer) => {
    const framing = { ...lengthOf(answer), Connection: 'keep-alive', 'Keep-Alive': 'timeout=5, max=100' };
    await write(socket, Buffer.concat([Buffer.from(head(answer, framing)), answer.body]));
  },
  closing: async (socket, answer) => {
    await write(socket, head(answer, { ...lengthOf(answer), Connection: 'close' }));
    socket.end(answer.body);
  },
  chunked: async (socket, answer) => {
    const framing = { 'Transfer-Encoding': 'chunked', Trailer: 'X-Rows, X-Done' };
    await write(socket, head(answer, framing));
    for (const piece of pieces(answer.body)) {
      const size = piece.length.toString(16).toUpperCase().padStart(3, '0');
      await write(socket, `${size};part;note="a;b \\"c\\""\r\n`);
      await write(socket, Buffer.concat([piece, Buffer.from('\r\n')]));
    }
    await write(socket, '0;last\r\nX-Rows: many\r\nX-Done: yes\r\n\r\n');
  },
  /** No length: the end of the connection is the end of the body. */
  http10: async (socket, answer) => {
    await write(socket, head(answer, {}, { version: '1.0' }));
    socket.end(answer.body);
  },
  // Behind a length, `fetch` of Node 26 takes spaces for a part of it.
  padded: withLines(
    (name, value) => `${name.toLowerCase()}: \t   ${value}${name === 'Content-Length' ? '' : '    '}`,
  ),
  unpadded: withLines((name, value) => `${name.toUpperCase()}:${value}`),
  /** The first two kilobytes leave one by one: the rest would only take time. */
  byteByByte: async (socket, answer) => {
    const all = Buffer.concat([Buffer.from(head(answer, lengthOf(answer))), answer.body]);
    for (const byte of all.subarray(0, 2048)) await write(socket, Uint8Array.of(byte));
    await write(socket, all.subarray(2048));
  },
  earlyHints: async (socket, answer) => {
    const hint = 'HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload; as=style\r\n\r\n';
    await write(socket, hint);
    await write(socket, hint + head(answer, lengthOf(answer)));
    await write(socket, answer.body);
  },
} as const satisfies Record<string, Send>;

/** As right as the others, but more than Node's `fetch` understands. */
const rareWireStyles = {
  unaskedContinue: async (socket, answer) => {
    await write(socket, 'HTTP/1.1 100 Continue\r\n\r\n');
    await wireStyles.oddCase(socket, answer);
  },
  trailingTab: withLines((name, value) => `${name}: ${value}\t`),
} as const satisfies Record<string, Send>;

export const allWireStyles = { ...wireStyles, ...rareWireStyles };
export type WireStyle = keyof typeof allWireStyles;
export const wireStyleNames = Object.keys(wireStyles) as (keyof typeof wireStyles)[];

/** Tiny ones first; larger ones after four kilobytes, as the rest would only take time. */
function* pieces(body: Buffer): Generator<Buffer> {
  for (let at = 0, turn = 1; at < body.length; turn++) {
    const size = at < 4096 ? 1 + ((turn * 7) % 17) : 65_536;
    yield body.subarray(at, at + size);
    at += size;
  }
}
