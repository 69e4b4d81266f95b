import { Duration } from 'aws-cdk-lib';
import { createApp } from '../../lib/app.ts';
import { acme } from '../support/acme.ts';

/** The app that is simulated: two tenants, one of them without patience. In this process nobody needs the bundles. */
const bundled = process.argv.includes('bundled');
const context = bundled ? {} : { 'aws:cdk:bundling-stacks': [] };

createApp(
  {
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
  { context },
).synth();
