import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createLucca, type LuccaOptions, type SimulatedLucca } from './lucca.ts';
import { createLuccaServer } from './server.ts';

export type { Fault } from './faults.ts';
export type { Operation } from './routes.ts';

export interface LuccaSimulatorOptions extends LuccaOptions {
  /** @default 0, which takes any free port */
  port?: number;
}

/** A tenant of Lucca that answers over HTTP. */
export interface LuccaSimulator extends SimulatedLucca {
  /** `http://127.0.0.1:{port}`, without a slash at its end. */
  url: string;
  /** Breaks off whatever is under way. */
  close: () => Promise<void>;
}

export async function startLuccaSimulator(options: LuccaSimulatorOptions): Promise<LuccaSimulator> {
  const lucca = createLucca(options);
  const server = createLuccaServer(lucca.answer);
  server.listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  return {
    ...lucca,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
