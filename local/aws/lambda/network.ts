/**
 * What Node has to find in a thread's own environment to make its requests through proxies, and to trust the system's
 * certificates, as the process does. NODE_EXTRA_CA_CERTS and Node's flags hold in every thread anyway.
 * What is on this machine is reached directly, whatever proxy is asked for: a proxy would read the API key, and means
 * itself by that address.
 * @param environment of the process
 */
export function networkSettings(environment: NodeJS.ProcessEnv): Record<string, string> {
  // The small ones come first for Node as well.
  const { http_proxy = environment.HTTP_PROXY, https_proxy = environment.HTTPS_PROXY } = environment;
  const { no_proxy = environment.NO_PROXY } = environment;
  const settings = {
    http_proxy,
    https_proxy,
    no_proxy: [no_proxy, '127.0.0.1'].filter(Boolean).join(','),
    NODE_USE_ENV_PROXY: isOn(environment, 'NODE_USE_ENV_PROXY', '--use-env-proxy'),
    NODE_USE_SYSTEM_CA: isOn(environment, 'NODE_USE_SYSTEM_CA', '--use-system-ca'),
  };
  return Object.fromEntries(
    Object.entries(settings).filter((entry): entry is [string, string] => !!entry[1]),
  );
}

function isOn(environment: NodeJS.ProcessEnv, variable: string, flag: string): string | undefined {
  const flags = environment.NODE_OPTIONS?.split(/\s+/) ?? [];
  return flags.includes(flag) ? '1' : environment[variable];
}
