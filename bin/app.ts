import { checkSecurity, createApp } from '../lib/app.ts';
import { tenants } from './config.ts';

checkSecurity(createApp({ tenants })).synth();
