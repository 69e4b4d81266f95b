import type { AlarmSettings } from '../../lib/settings/alarm-settings.ts';
import type { TenantSettings } from '../../lib/settings/tenant-settings.ts';

export const onCall: AlarmSettings = { emails: ['on-call@acme.example'] };

export const acme: TenantSettings = {
  name: 'acme',
  domain: 'https://acme.ilucca.net',
  timeZone: 'Europe/Paris',
  schedules: [
    {
      name: 'monthly',
      expression: 'cron(0 6 2 * ? *)',
      export: { templateId: 42, period: 'previousMonth' },
    },
    {
      name: 'both',
      expression: 'rate(7 days)',
      batch: {
        exports: [
          { templateId: 42, lastDays: 7 },
          { templateId: 42, lastDays: 7, offset: 1 },
        ],
      },
    },
  ],
};
