import { createApp } from '../lib/app.ts';
import { checkSecurity } from '../lib/security-checks.ts';
import { InvalidConfigurationError } from '../lib/settings/tenant-settings.ts';
import * as config from './config.ts';

try {
  checkSecurity(createApp(config)).synth();
} catch (error) {
  if (!(error instanceof InvalidConfigurationError)) throw error;
  // Where in the code that was found is of no interest.
  process.stderr.write(`${error.name}: ${error.message}\n`);
  process.exitCode = 1;
}
