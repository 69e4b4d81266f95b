import { expect, test } from 'vitest';
import { networkSettings } from '../../../../local/aws/lambda/network.ts';

test.each<[string, NodeJS.ProcessEnv, Record<string, string>]>([
  ['nothing', {}, {}],
  [
    'proxies',
    { NODE_USE_ENV_PROXY: '1', HTTP_PROXY: 'http://a:1', HTTPS_PROXY: 'http://b:2', NO_PROXY: '.example' },
    {
      NODE_USE_ENV_PROXY: '1',
      http_proxy: 'http://a:1',
      https_proxy: 'http://b:2',
      no_proxy: '.example,127.0.0.1',
    },
  ],
  [
    'small names, which come first',
    { https_proxy: 'http://a:1', HTTPS_PROXY: 'http://b:2' },
    { https_proxy: 'http://a:1' },
  ],
  [
    'flags',
    { NODE_OPTIONS: '--use-env-proxy  --use-system-ca' },
    { NODE_USE_ENV_PROXY: '1', NODE_USE_SYSTEM_CA: '1' },
  ],
  ['the system’s certificates', { NODE_USE_SYSTEM_CA: '1' }, { NODE_USE_SYSTEM_CA: '1' }],
  ['what is none of a function’s business', { LUCCA_API_KEY: 'key', PATH: '/bin' }, {}],
])('passes on %s, and keeps what is on this machine from proxies', (_, environment, expected) => {
  expect(networkSettings(environment)).toEqual({
    no_proxy: '127.0.0.1',
    ...expected,
  });
});
