import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

// Most of a start is compiling; what was compiled once is found again by its content.
enableCompileCache(
  fileURLToPath(new URL('../../node_modules/.cache/lucca-report-export-code', import.meta.url)),
);
await import('./main.ts');
