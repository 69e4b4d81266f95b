import { createApp } from '../lib/app.ts';
import { checkSecurity } from '../lib/security-checks.ts';
import { tenants } from './config.ts';

checkSecurity(createApp({ tenants })).synth();
