/** Answers each request with what the upstream answers it, byte by byte: the least that Node can do with one call. */
import { createServer } from 'node:http';
import process from 'node:process';
import { Pool } from 'undici';

const pool = new Pool(process.env.UPSTREAM_URL, { connections: 64 });

const server = createServer((request, response) => {
  const { method, url: path, headers } = request;
  pool.dispatch(
    { method, path, headers: { authorization: headers.authorization ?? '' } },
    {
      onRequestStart: () => undefined,
      onResponseStart: (_controller, status, answered) => {
        response.writeHead(status, {
          'content-type': answered['content-type'],
          'content-length': answered['content-length'],
        });
      },
      onResponseData: (_controller, chunk) => {
        response.write(chunk);
      },
      onResponseEnd: () => {
        response.end();
      },
      onResponseError: () => {
        response.destroy();
      },
    },
  );
});
server.listen(Number(process.env.PORT), '127.0.0.1');
