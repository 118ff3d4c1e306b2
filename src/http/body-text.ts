import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

declare module 'fastify' {
  interface FastifyRequest {
    /** The JSON of the body, as it came; null: it has none. */
    bodyText: string | null;
  }
  interface FastifyContextConfig {
    /** Whether the handler parses bodies of JSON, if it has to. */
    parsesBody?: boolean;
  }
}

/** Keeps the text of each body of JSON, and parses it unless that is left to the handler. */
export function keepBodyTexts(app: FastifyInstance): void {
  app.decorateRequest('bodyText', null);
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, text, done) => {
    request.bodyText = text;
    if (request.routeOptions.config.parsesBody === true) done(null);
    else return parse(request, text, done);
    return undefined;
  });
}

/** Parses a body, for handlers to which that is left. */
export type ParseBody = (request: FastifyRequest, reply: FastifyReply) => void;

/** Builds what does so; it throws what would have been answered had the body been parsed before. */
export function createParseBody(app: FastifyInstance): ParseBody {
  const parse = app.getDefaultJsonParser('error', 'error');
  return (request, reply) => {
    if (request.bodyText === null || request.body !== undefined) return;
    void parse(request, request.bodyText, (error, body) => {
      if (error !== null) {
        void reply.header('connection', 'close');
        throw error;
      }
      request.body = body;
    });
  };
}
