import { createApp } from '../lib/app.ts';
import { tenants } from './config.ts';

createApp({ tenants }).synth();
