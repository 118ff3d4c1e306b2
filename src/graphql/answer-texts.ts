import type { FormattedExecutionResult } from 'graphql';

/** The texts of answers. That of the data is written once, however often it is asked for. */
export interface AnswerTexts {
  ofData(data: object): string;
  /** The whole answer, as JSON and a newline. */
  of(result: FormattedExecutionResult): string;
}

/** Builds them; a text is kept as long as its data is. */
export function createAnswerTexts(): AnswerTexts {
  const texts = new WeakMap<object, string>();
  return {
    ofData: (data) => {
      const text = texts.get(data) ?? JSON.stringify(data);
      texts.set(data, text);
      return text;
    },
    of: ({ errors, data, extensions }) => {
      const text = data && texts.get(data);
      if (typeof text !== 'string') return `${JSON.stringify({ errors, data, extensions })}\n`;
      const before = errors === undefined ? '' : `"errors":${JSON.stringify(errors)},`;
      const after = extensions === undefined ? '' : `,"extensions":${JSON.stringify(extensions)}`;
      return `{${before}"data":${text}${after}}\n`;
    },
  };
}
