import type { AlarmSettings } from '../lib/settings/alarm-settings.ts';
import type { TenantSettings } from '../lib/settings/tenant-settings.ts';

/** Who is told when an export fails, such as `{ emails: ['on-call@acme.example'] }`. */
export const alarms: AlarmSettings = 'none';

/** The companies whose reports are exported. This is the one file to edit before deploying. */
export const tenants: TenantSettings[] = [
  {
    name: 'acme',
    domain: 'https://acme.ilucca.net',
    timeZone: 'Europe/Paris',
    schedules: [
      {
        name: 'monthly',
        // At 6:00 on the second day of each month.
        expression: 'cron(0 6 2 * ? *)',
        export: { templateId: 42, period: 'previousMonth', formats: ['csv', 'excel'] },
      },
    ],
  },
];
