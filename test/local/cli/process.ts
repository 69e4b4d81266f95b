import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'vitest';

export interface Ending {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface StartOptions {
  /** Of the project. @default this one */
  cwd?: string;
  environment?: Record<string, string>;
  /** Called with all that was written to stderr so far, whenever there is more. */
  onStderr?: (said: string, child: ChildProcess) => void;
  /** Called as soon as the process runs. */
  onStart?: (child: ChildProcess) => void;
}

/** Runs `npm start -- ARGUMENTS` in a process of its own, without Lucca's variables. It must end by itself. */
export async function start(argv: string[], options: StartOptions = {}): Promise<Ending> {
  const { cwd = process.cwd(), environment = {}, onStderr, onStart } = options;
  const { LUCCA_DOMAIN: _domain, LUCCA_API_KEY: _key, ...inherited } = process.env;
  const child = spawn(process.execPath, ['local/cli/start.mjs', ...argv], {
    cwd,
    env: { ...inherited, ...environment },
  });
  onStart?.(child);
  const ending: Ending = { code: null, stdout: '', stderr: '' };
  child.stdout.on('data', (text: Buffer) => (ending.stdout += text.toString()));
  child.stderr.on('data', (text: Buffer) => {
    ending.stderr += text.toString();
    onStderr?.(ending.stderr, child);
  });
  ending.code = await new Promise((resolve) => child.on('close', resolve));
  return ending;
}

/** Does something once, when a text has appeared. */
export function when(
  pattern: RegExp,
  act: (child: ChildProcess) => void,
): NonNullable<StartOptions['onStderr']> {
  let done = false;
  return (said, child) => {
    if (done || !pattern.test(said)) return;
    done = true;
    act(child);
  };
}

export async function temporaryDirectory({
  onTestFinished,
}: Pick<TestContext, 'onTestFinished'>): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'lucca-report-export-cli-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}
