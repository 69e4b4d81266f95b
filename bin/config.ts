import type { TenantSettings } from '../lib/settings/tenant-settings.ts';

/**
 * Who may read the reports in the bucket besides the functions, by the ARNs of IAM roles or users, such as
 * `arn:aws:iam::123456789012:role/Payroll`. With a list, be it empty, nobody else in the account can.
 */
export const reportReaders: readonly string[] | undefined = undefined;

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
