import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { expect } from '@jest/globals';
import {
  createAuthority,
  selfSigned,
  type Authority,
  type Certificate,
  type CertificateOptions,
} from '../../support/certificates.ts';
import type { Row } from '../row.ts';
import { codesOf, type World } from '../world.ts';

const RUNS = '{ executions { totalCount } }';
const GOOD: CertificateOptions = { host: '127.0.0.1', notAfter: new Date('2040-01-01') };

/** An upstream with a certificate, and how many have come to it. */
async function startSecure(world: World, certificate: Certificate) {
  const came = { connections: 0, requests: 0 };
  const server = createServer(certificate, (_request, response) => {
    came.requests += 1;
    response.end(JSON.stringify({ docs: [], totalDocs: 0, limit: 10, page: 1 }));
  });
  server.on('connection', () => {
    came.connections += 1;
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  world.onEnd(async () => {
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  });
  return { came, url: `https://127.0.0.1:${String((server.address() as AddressInfo).port)}` };
}

const refused = (fault: string, certify: (authority: Authority) => Certificate): Row => ({
  number: '17',
  fault: `a certificate that ${fault}`,
  right: 'UPSTREAM_UNAVAILABLE, nothing is sent, and nobody tries again',
  retries: 0,
  boundMs: 2000,
  run: async (world) => {
    const authority = createAuthority();
    const trusted = getCACertificates('default');
    setDefaultCACertificates([...trusted, authority.cert]);
    world.onEnd(() => {
      setDefaultCACertificates(trusted);
    });
    const good = await startSecure(world, authority.issue(GOOD));
    const served = await world.gateway({ upstreamUrl: good.url });
    expect(codesOf(await served.query(RUNS))).toEqual({});

    const bad = await startSecure(world, certify(authority));
    const { query, logs } = await world.gateway({ upstreamUrl: bad.url });
    const answer = await world.timed(() => world.answered(query(RUNS)));
    expect(codesOf(answer)).toEqual({ executions: 'UPSTREAM_UNAVAILABLE' });
    expect(bad.came.requests).toBe(0);
    expect(logs.join('')).toContain('"cause":"tls"');
    return { retries: bad.came.connections - 1 };
  },
});

/** Upstream is not who it should be. */
export const TLS: readonly Row[] = [
  refused('has expired', (authority) => authority.issue({ ...GOOD, notAfter: new Date('2021-01-01') })),
  refused('is for another name', (authority) => authority.issue({ ...GOOD, host: 'elsewhere.example' })),
  refused('nobody has signed', () => selfSigned(GOOD)),
  refused('somebody unknown has signed', () => createAuthority().issue(GOOD)),
];
