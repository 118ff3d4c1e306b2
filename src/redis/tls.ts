import { isIP } from 'node:net';
import { checkServerIdentity, type ConnectionOptions } from 'node:tls';
import type { Address, RedisTarget } from './target.ts';

/**
 * What Node.js needs to know for a connection to this address; null: it is in the clear. Nodes of a cluster are told by
 * addresses that their certificates often do not have: one for a name that was configured is as good.
 */
export function tlsOptionsOf({ tls, addresses }: RedisTarget, { host }: Address): ConnectionOptions | null {
  if (tls === null) return null;
  const { ca, cert, key, serverName } = tls;
  const names = serverName === null ? [host, ...addresses.map((one) => one.host)] : [serverName];
  const name = names.find((one) => isIP(one) === 0);
  return {
    ...(ca !== null && { ca }),
    ...(cert !== null && key !== null && { cert, key }),
    ...(name !== undefined && { servername: name }),
    checkServerIdentity: (_name, certificate) => {
      const errors = names.map((one) => checkServerIdentity(one, certificate));
      return errors.includes(undefined) ? undefined : errors[0];
    },
  };
}
