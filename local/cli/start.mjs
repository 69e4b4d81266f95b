import * as module from 'node:module';
import { fileURLToPath } from 'node:url';

// JavaScript, so that an older Node can say what is missing instead of failing at the first type.
const oldest = 24;
if (Number.parseInt(process.versions.node) < oldest) {
  process.stderr.write(
    `Expected Node ${oldest} or newer, found ${process.version}. npm ci brings one for Linux, macOS and Windows: run it again ` +
      `without --omit=optional. Where it has none (this is ${process.platform} on ${process.arch}), as for Alpine, install Node ${oldest} ` +
      'yourself.\n',
  );
  process.exitCode = 1;
} else {
  // Most of a start is compiling; what was compiled once is found again by its content.
  module.enableCompileCache(
    fileURLToPath(new URL('../../node_modules/.cache/lucca-report-export-code', import.meta.url)),
  );
  await import('./main.ts');
}
