/** The first folder of a tenant's keys: at most 50 lower-case letters, digits and hyphens. */
export const tenantName = /^[a-z0-9]([a-z0-9-]{0,48}[a-z0-9])?$/;
