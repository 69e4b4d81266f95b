import type { Socket } from 'node:net';

/** A request as it came over the wire. Header names are in lower case. */
export interface HttpRequest {
  method: string;
  path: string;
  headers: ReadonlyMap<string, string>;
  body: Buffer;
}

/**
 * The requests of a connection, one after the other, until the client hangs up.
 * @param goOn called when the client waits for a word before it sends the body
 * @throws when the client hangs up in the middle of a request, or sends what isn't HTTP
 */
export async function* readRequests(socket: Socket, goOn: () => void): AsyncGenerator<HttpRequest> {
  const bytes = incoming(socket);
  for (;;) {
    const head = await bytes.until('\r\n\r\n');
    if (head === undefined) return;
    const [requestLine = '', ...lines] = head.toString('latin1').split('\r\n');
    const [, method, path] = /^([A-Z]+) (\/\S*) HTTP\/1\.[01]$/.exec(requestLine) ?? [];
    if (method === undefined || path === undefined) throw new Error(`This is no request: ${requestLine}`);
    const headers = new Map(lines.map(parseHeader));
    if (headers.get('expect')?.toLowerCase() === '100-continue') goOn();
    const body = headers.has('transfer-encoding')
      ? await readChunks(bytes)
      : await bytes.exactly(Number(headers.get('content-length') ?? 0));
    yield { method, path, headers, body };
  }
}

function parseHeader(line: string): [string, string] {
  const [, name, value] = /^([^\s:]+):[ \t]*(.*?)[ \t]*$/.exec(line) ?? [];
  if (name === undefined || value === undefined) throw new Error('This is no header.');
  return [name.toLowerCase(), value];
}

async function readChunks(bytes: Incoming): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for (;;) {
    const size = Number.parseInt((await bytes.line()).toString('latin1'), 16);
    if (Number.isNaN(size)) throw new Error('This is no chunk.');
    if (size === 0) break;
    chunks.push(await bytes.exactly(size));
    await bytes.line();
  }
  while ((await bytes.line()).length > 0);
  return Buffer.concat(chunks);
}

const cut = () => new Error('The client hung up in the middle of a request.');

type Incoming = ReturnType<typeof incoming>;

function incoming(socket: Socket) {
  const chunks = socket.iterator({ destroyOnReturn: false }) as AsyncIterator<Buffer>;
  let left: Buffer = Buffer.alloc(0);
  const more = async (): Promise<boolean> => {
    const { done, value } = await chunks.next();
    if (done !== true) left = Buffer.concat([left, value]);
    return done !== true;
  };
  const take = (length: number, skipped = 0): Buffer => {
    const taken = left.subarray(0, length);
    left = left.subarray(length + skipped);
    return taken;
  };
  /** What comes before the mark, or undefined when nothing comes any more. */
  const until = async (mark: string): Promise<Buffer | undefined> => {
    while (!left.includes(mark)) {
      if (await more()) continue;
      if (left.length > 0) throw cut();
      return undefined;
    }
    return take(left.indexOf(mark), mark.length);
  };
  return {
    until,
    line: async (): Promise<Buffer> => {
      const line = await until('\r\n');
      if (line === undefined) throw cut();
      return line;
    },
    exactly: async (length: number): Promise<Buffer> => {
      while (left.length < length) if (!(await more())) throw cut();
      return take(length);
    },
  };
}
