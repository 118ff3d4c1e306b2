import text from './styles/index.css?inline';

const sheets = new WeakMap<Document, CSSStyleSheet>();

/** The page's styles for shadow roots of a document, parsed once. It is no `<style>`, so a host's CSP need not allow those. */
export function stylesheetOf(document: Document): CSSStyleSheet {
  const known = sheets.get(document);
  if (known !== undefined) return known;
  const window = document.defaultView ?? globalThis;
  const sheet = new window.CSSStyleSheet();
  sheet.replaceSync(text);
  sheets.set(document, sheet);
  return sheet;
}
