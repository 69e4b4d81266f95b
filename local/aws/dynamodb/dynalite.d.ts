declare module 'dynalite' {
  import type { Server } from 'node:http';

  /** A server that isn't listening yet. */
  export default function dynalite(options?: { createTableMs?: number }): Server;
}
