import { createHmac } from 'node:crypto';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';

/** Settings of a gateway that takes webhooks which the sandbox's key has signed. */
export const WEBHOOKS_ON = { WEBHOOK_SECRETS: 'tk_demo' };

/** How upstream signs a body. */
export function signatureOf(body: string | Uint8Array, secret = 'tk_demo'): string {
  return createHmac('sha256', secret).update(body).digest('hex');
}

/** What a webhook was answered with. */
export interface WebhookAnswer {
  readonly status: number;
  readonly allow: string | undefined;
  readonly body: unknown;
}

/** Sends a body with these headers, in this order, repeated ones included. */
export function postWebhook(
  url: string,
  body: string | Uint8Array,
  headers: readonly (readonly [string, string])[] = [['x-cobalt-signature', signatureOf(body)]],
  method = 'POST',
): Promise<WebhookAnswer> {
  const all = [['host', new URL(url).host], ['connection', 'close'], ...headers];
  const hasBody = method !== 'GET' && method !== 'HEAD';
  const length = ['content-length', String(Buffer.byteLength(body))];
  return new Promise((resolve, reject) => {
    const options = { method, headers: [...all, ...(hasBody ? [length] : [])].flat() };
    const sent = request(`${url}/webhooks/refold`, options, (response) => {
      text(response).then((read) => {
        const { statusCode: status = 0, headers: got } = response;
        resolve({ status, allow: got.allow, body: read === '' ? null : JSON.parse(read) });
      }, reject);
    });
    sent.once('error', reject);
    sent.end(hasBody ? body : undefined);
  });
}

/** A webhook of a run, as upstream has them. */
export function runEvent(fields: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({
    linked_account_id: 'demo@example.com',
    instance_id: '65410cf6cdf931a12d7ab009',
    workflow_id: '64f7258e35b72267edc02589',
    config_id: '12345',
    event: 'Workflow Completed',
    workflow_name: 'Post message to a channel',
    status: 'COMPLETED',
    ...fields,
  });
}
