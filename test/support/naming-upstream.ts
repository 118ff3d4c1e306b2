import { startServer } from './gateway.ts';

/**
 * An upstream that answers each account with one run, which is called after it.
 * @param answered resolves once it may answer
 */
export function startNaming(answered: Promise<unknown> = Promise.resolve()): Promise<string> {
  return startServer(({ headers, url = '' }, response) => {
    const limit = Number(new URL(url, 'http://upstream').searchParams.get('limit'));
    const name = String(headers['linked_account_id']);
    const row = {
      _id: name,
      name,
      status: 'COMPLETED',
      linked_account_id: name,
      createdAt: '2024-05-01T12:00:00.000Z',
    };
    void answered.then(() => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ docs: [row], totalDocs: 1, limit, page: 1, totalPages: 1 }));
    });
  });
}
