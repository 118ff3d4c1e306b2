import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from '../observability/logger.ts';
import type { Metrics } from '../observability/metrics.ts';
import type { TraceSpan } from '../observability/trace-span.ts';
import { errorBody } from './answer.ts';

/** Takes a webhook, given its body as it came, its signature and its request's span. It never fails. */
export type ReceiveWebhook = (
  body: Buffer,
  signature: string,
  trace: TraceSpan | null,
) => Promise<{
  readonly outcome: 'accepted' | 'repeated' | 'ignored' | 'refused';
  readonly event: string | null;
}>;

/** What webhooks are served with. */
export interface WebhookOptions {
  /** Null: they are off here. */
  readonly receive: ReceiveWebhook | null;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

const URL = '/webhooks/refold';
const SIGNATURE_HEADER = 'x-cobalt-signature';
/** Far more than any webhook has been seen with. */
const MAX_BYTES = 262_144;
/** What a signature looks like. Whatever has none costs nothing but its head. */
const SIGNATURE = /^[\da-f]{64}$/i;

/**
 * Adds `/webhooks/refold`. It is open while load is shed, since it takes next to nothing: so is what it says when it
 * refuses, before it has read anything of a body.
 */
export function addWebhooks(app: FastifyInstance, options: WebhookOptions): void {
  const { receive, metrics } = options;
  void app.register((scope, _options, done) => {
    // What is signed are the bytes, whatever they are called.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, parsed) => {
      parsed(null, body);
    });
    // What is too large, or breaks off, never comes as far as being looked at.
    scope.addHook('onError', (_request, _reply, _error, next) => {
      metrics.webhook('refused');
      next();
    });
    scope.route({
      method: ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'],
      url: URL,
      onRequest: refuseMethod,
      handler: refuseMethod,
    });
    if (receive === null) {
      scope.route({ method: 'POST', url: URL, onRequest: tellOff, handler: tellOff });
    } else {
      scope.route<{ Body: Buffer | undefined }>({
        method: 'POST',
        url: URL,
        bodyLimit: MAX_BYTES,
        onRequest: async (request, reply) => {
          // Even a content type that is none does not matter.
          delete request.raw.headers['content-type'];
          if (signatureOf(request) !== null) return;
          metrics.webhook('refused');
          await refuseSignature(reply);
        },
        handler: handlerOf(receive, options),
      });
    }
    done();
  });
}

function handlerOf(receive: ReceiveWebhook, { logger, metrics }: WebhookOptions) {
  return async (request: FastifyRequest<{ Body: Buffer | undefined }>, reply: FastifyReply) => {
    const { outcome, event } = await receive(
      request.body ?? Buffer.alloc(0),
      signatureOf(request) ?? '',
      request.trace,
    );
    metrics.webhook(outcome);
    request.trace?.set({
      'refold.webhook.outcome': outcome,
      ...(event !== null && { 'refold.webhook.event': event }),
    });
    logger.info('webhook', { requestId: request.id, ...request.trace?.ids, event, outcome });
    return outcome === 'refused' ? refuseSignature(reply) : reply.send({ outcome });
  };
}

/** The one signature; null where there is none, more than one, or something else. */
function signatureOf({ raw }: FastifyRequest): string | null {
  const [signature, ...more] = raw.headersDistinct[SIGNATURE_HEADER] ?? [];
  return signature !== undefined && more.length === 0 && SIGNATURE.test(signature) ? signature : null;
}

async function refuseSignature(reply: FastifyReply): Promise<void> {
  const message = `${SIGNATURE_HEADER} must be the HMAC-SHA256 of the body, once, in hexadecimal digits`;
  await reply.code(401).send(errorBody(message, 'UNAUTHENTICATED'));
}

async function refuseMethod(_request: FastifyRequest, reply: FastifyReply): Promise<void> {
  await reply.code(405).header('allow', 'POST').send(errorBody('Webhooks are sent with POST', 'BAD_REQUEST'));
}

async function tellOff(_request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const message = 'Webhooks are off here: WEBHOOK_SECRETS is not set, and neither is REFOLD_API_KEY';
  await reply.code(404).send(errorBody(message, 'NOT_FOUND'));
}
