import { randomBytes } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { errorBody } from '../answer.ts';
import { hasGraphiql, readAssets, type Assets } from './assets.ts';
import { readExamples } from './examples.ts';
import { graphiqlPage, sandboxPage, wordsPage } from './pages.ts';
import { graphiqlPolicy, sandboxPolicy } from './policy.ts';
import { exampleHeaders, type SignInWays } from './sign-in.ts';

/** Answers a browser that opens `/graphql`. */
export type ShowExplorer = (request: FastifyRequest, reply: FastifyReply) => Promise<string>;

const TYPES: Readonly<Record<string, string>> = {
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
};

/**
 * Adds the files of the explorer, and answers what shows it: Apollo Sandbox, or GraphiQL where that is asked for. The
 * files are read when the first of them is wanted.
 */
export function addExplorer(app: FastifyInstance, ways: SignInWays): ShowExplorer {
  let reading: Promise<Assets> | undefined;
  const assets = () => (reading ??= readAssets());
  const headers = exampleHeaders(ways);

  app.get<{ Params: { file: string } }>('/graphql/explorer/:file', async ({ params: { file } }, reply) => {
    const content = (await assets()).get(file);
    const type = TYPES[file.slice(file.lastIndexOf('.') + 1)];
    if (content === undefined || type === undefined) {
      return reply.code(404).send(errorBody('The explorer has no such file', 'NOT_FOUND'));
    }
    return reply.type(type).send(content);
  });

  return async (request, reply) => {
    const nonce = randomBytes(32).toString('hex');
    const show = (policy: string, page: string) => {
      void reply.header('content-security-policy', policy).type('text/html');
      return page;
    };
    if (!isForGraphiql(request)) return show(sandboxPolicy(nonce), sandboxPage(nonce, headers));
    const page = hasGraphiql(await assets())
      ? graphiqlPage(nonce, headers, await readExamples())
      : wordsPage(nonce, headers, `${request.protocol}://${request.host}/graphql`);
    return show(graphiqlPolicy(nonce), page);
  };
}

/** The address is read as text: what clients write into it need not be one. */
function isForGraphiql({ url }: FastifyRequest): boolean {
  const query = url.indexOf('?');
  return query !== -1 && new URLSearchParams(url.slice(query)).get('explorer') === 'graphiql';
}
