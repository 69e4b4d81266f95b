import type { TenantSettings } from '../lib/tenant-settings.ts';

/** The companies whose reports are exported. This is the one file to edit before deploying. */
export const tenants: TenantSettings[] = [
  {
    name: 'acme',
    domain: 'https://acme.ilucca.net',
    timeZone: 'Europe/Paris',
  },
];
