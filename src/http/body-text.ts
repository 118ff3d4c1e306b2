import type { FastifyInstance } from 'fastify';

declare module 'fastify' {
  interface FastifyRequest {
    /** The JSON of the body, as it came; null: it has none. */
    bodyText: string | null;
  }
}

/** Keeps the text of each body of JSON beside what is parsed from it. */
export function keepBodyTexts(app: FastifyInstance): void {
  app.decorateRequest('bodyText', null);
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, text, done) => {
    request.bodyText = text;
    return parse(request, text, done);
  });
}
