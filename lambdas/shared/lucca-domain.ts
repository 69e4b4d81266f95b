/** Hosts that Lucca gives to accounts and to their sandboxes. */
const hosts = [
  /^[a-z0-9-]+\.ilucca(-test|-demo)?\.(net|ch)$/,
  /^[a-z0-9-]+\.sandbox\.[a-z0-9.-]+\.luccasoftware\.com$/,
];

/** Whether this is the https origin of a Lucca, such as `https://acme.ilucca.net`. */
export function isLuccaDomain(domain: string): boolean {
  const url = URL.parse(domain);
  return url?.protocol === 'https:' && url.origin === domain && hosts.some((host) => host.test(url.host));
}

/** Whether this is a stand-in of Lucca on this machine: `http://127.0.0.1:PORT`. */
export const isLoopbackDomain = (domain: string): boolean =>
  /^http:\/\/127\.0\.0\.1:\d{1,5}$/.test(domain) && URL.canParse(domain);
