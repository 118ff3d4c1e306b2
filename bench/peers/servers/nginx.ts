import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Contestant } from '../contestant.ts';
import { askForOneCall } from '../questions.ts';
import { nginxConfig } from '../upstream.ts';

/** nginx, which hands the call on: what a gateway without any knowledge costs. */
export const nginx: Contestant = {
  title: 'nginx proxy',
  ask: askForOneCall,
  speaksGraphql: false,
  command: ({ port, upstreamUrl, folder }) => {
    const config = path.join(folder, 'proxy.conf');
    const { host } = new URL(upstreamUrl);
    const server = `
  upstream refold { server ${host}; keepalive 64; keepalive_requests 1000000000; keepalive_timeout 600s; }
  proxy_buffers 16 64k; proxy_buffer_size 64k;
  server {
    listen 127.0.0.1:${String(port)} backlog=4096;
    location / { proxy_pass http://refold; proxy_http_version 1.1; proxy_set_header Connection ""; }
  }`;
    writeFileSync(config, nginxConfig(folder, 'proxy', server));
    return { command: 'nginx', args: ['-c', config, '-e', 'stderr'], env: {} };
  },
};
