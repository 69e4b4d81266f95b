import { randomBytes } from 'node:crypto';

/** What the stand-ins of a run know their clients by. */
export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
}

/** Made afresh for each run: nobody else on this machine knows them. */
export const createCredentials = (): Credentials => ({
  accessKeyId: randomBytes(16).toString('hex'),
  secretAccessKey: randomBytes(16).toString('hex'),
});
