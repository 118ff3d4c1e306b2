import { ROOT_CONTEXT, trace, type Context, type Span } from '@opentelemetry/api';

/** The key that a context has its span under, as the API looks for it. */
const SPAN_KEY = (() => {
  let found = Symbol();
  const telling: Pick<Context, 'getValue'> = {
    getValue: (key) => {
      found = key;
      return undefined;
    },
  };
  trace.getSpan(telling as Context);
  return found;
})();

/**
 * A context with a span, and nothing else. Those of the API have functions of their own, which V8 makes in its old
 * generation: each would keep its span until that is collected (docs/decisions/2026-11-26-nothing-grows-old.md).
 */
export class SpanInContext implements Context {
  readonly #span: Span;

  constructor(span: Span) {
    this.#span = span;
  }

  getValue(key: symbol): unknown {
    return key === SPAN_KEY ? this.#span : undefined;
  }

  setValue(key: symbol, value: unknown): Context {
    return trace.setSpan(ROOT_CONTEXT, this.#span).setValue(key, value);
  }

  deleteValue(key: symbol): Context {
    return trace.setSpan(ROOT_CONTEXT, this.#span).deleteValue(key);
  }
}
