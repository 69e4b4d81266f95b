import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';

const { runs, tests } = new Command('npm run bench:loop --')
  .description('Times what a developer waits for, as multiples of what a bare CDK app takes on this machine.')
  .option('--runs <count>', 'how often each is timed', '5')
  .option('--no-tests', 'leave out npm test')
  .parse()
  .opts<{ runs: string; tests: boolean }>();

const root = fileURLToPath(new URL('../..', import.meta.url));
const temporary = mkdtempSync(join(tmpdir(), 'lucca-report-export-bench-'));
const cache = join(root, 'node_modules', '.cache');
const out = join(temporary, 'out');

const { LUCCA_DOMAIN: _domain, LUCCA_API_KEY: _key, ...inherited } = process.env;

interface CommandOptions {
  environment?: Record<string, string>;
  /** What the command has to end with: else it didn't do what is timed. @default 0 */
  code?: number;
}

/** Seconds that a command takes. */
function seconds(command: string, argv: string[], { environment, code = 0 }: CommandOptions = {}): number {
  const started = performance.now();
  const { status } = spawnSync(command, argv, {
    cwd: root,
    stdio: 'ignore',
    env: { ...inherited, ...environment },
  });
  if (status !== code) throw new Error(`${command} ${argv.join(' ')} ended with ${status}: expected ${code}`);
  return (performance.now() - started) / 1000;
}

const bare = () =>
  seconds(process.execPath, ['test/bench/bare-app.ts', join(temporary, 'bare')], {
    environment: { CDK_VALIDATION: 'false' },
  });

const npmStart = (code: number, ...flags: string[]) =>
  seconds('npm', ['start', '--', ...flags, '--out', out], { code });

/** Seconds until `npm start` tells of its first state. */
async function firstState(): Promise<number> {
  const started = performance.now();
  const child = spawn('npm', ['start', '--', '--out', out], {
    cwd: root,
    env: inherited,
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  });
  const ended = new Promise((resolve) => child.once('close', resolve));
  const time = await new Promise<number>((resolve) => {
    let said = '';
    child.stderr.on('data', (text: Buffer) => {
      said += text.toString();
      if (said.includes('Resolve Request')) resolve((performance.now() - started) / 1000);
    });
  });
  // The process group: npm and what it has started.
  process.kill(-child.pid!, 'SIGTERM');
  await ended;
  return time;
}

interface Figure {
  what: string;
  /** As a multiple of the bare app. */
  aim?: number;
  measure: () => number | Promise<number>;
}

const figures: Figure[] = [
  {
    what: 'npm start, first state, nothing cached',
    aim: 6,
    measure: () => {
      rmSync(cache, { recursive: true, force: true });
      return firstState();
    },
  },
  { what: 'npm start, first state, nothing changed', aim: 2, measure: firstState },
  { what: 'npm start -- --explain', aim: 1.5, measure: () => npmStart(0, '--explain', '--template', '42') },
  { what: 'npm start with a wrong flag', aim: 1.5, measure: () => npmStart(2, '--nonsense') },
  { what: 'npm start with a wrong input', aim: 1.5, measure: () => npmStart(1, '--template', 'none') },
  {
    what: 'synthesis with the checks of AWS',
    measure: () => seconds('npx', ['cdk', 'synth', '--quiet', '--output', join(temporary, 'cdk.out')]),
  },
];

const median = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;

const rows: Record<string, unknown>[] = [];
for (const { what, aim, measure } of figures) {
  const ratios: number[] = [];
  const times: number[] = [];
  // In turn with the bare app: a machine may be fast in one minute and slow in the next.
  for (let run = 0; run < Number(runs); run++) {
    const base = bare();
    const time = await measure();
    ratios.push(time / base);
    times.push(time);
  }
  rows.push({
    what,
    ratio: median(ratios).toFixed(1),
    aim: aim ?? '',
    seconds: median(times).toFixed(2),
  });
}
if (tests) {
  const base = median(Array.from({ length: Number(runs) }, bare));
  const { passed, cpuSeconds } = testRun();
  rows.push({
    what: `npm test, CPU seconds (${passed})`,
    ratio: (cpuSeconds / base).toFixed(0),
    aim: '',
    seconds: cpuSeconds.toFixed(0),
  });
}
// eslint-disable-next-line no-console -- a table is what this prints
console.table(rows);
rmSync(temporary, { recursive: true, force: true });

/** What `npm test` and all its processes take of the processors, as the shell counts it. */
function testRun(): { passed: string; cpuSeconds: number } {
  const { stdout } = spawnSync('sh', ['-c', 'npm test 2>&1; times'], {
    cwd: root,
    env: inherited,
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
  });
  const [, minutes, seconds, systemMinutes, systemSeconds] =
    /(\d+)m([\d.]+)s (\d+)m([\d.]+)s\s*$/.exec(stdout) ?? [];
  const [passed = 'failed'] = /\d+ passed, \d+ failed/.exec(stdout) ?? [];
  const cpuSeconds =
    Number(minutes) * 60 + Number(seconds) + Number(systemMinutes) * 60 + Number(systemSeconds);
  return { passed, cpuSeconds };
}
