import { Duration } from 'aws-cdk-lib';
import { createApp } from '../../lib/app.ts';
import type { SynthesisRequest } from '../../local/assembly/synthesise.ts';
import { acme, onCall } from '../support/acme.ts';

/** The app that is simulated: two tenants, one of them without patience. In this process nobody needs the bundles. */
const { configured, directory } = JSON.parse(process.argv[2]!) as SynthesisRequest;
const context = configured === 'bundled' ? {} : { 'aws:cdk:bundling-stacks': [] };

createApp(
  {
    alarms: onCall,
    tenants: [
      acme,
      {
        name: 'globex',
        domain: 'https://globex.ilucca.net',
        timeZone: 'Europe/Zurich',
        reportTimeout: Duration.minutes(30),
        defaultExport: { templateId: 42, period: 'previousMonth', formats: ['csv', 'excel'] },
        schedules: [
          { name: 'weekly', expression: 'rate(7 days)', export: { period: 'previousWeek' } },
          { name: 'usual', expression: 'cron(0 6 2 * ? *)', export: {} },
        ],
      },
    ],
  },
  { context, outdir: directory },
).synth();
