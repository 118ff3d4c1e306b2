/** What a text is: JSON, the beginning of a JSON text that was cut, or something else. */
export type Parsed =
  { readonly kind: 'json'; readonly json: unknown } | { readonly kind: 'cut' } | { readonly kind: 'other' };

/** Reads a text as JSON. */
export function parseJson(text: string): Parsed {
  try {
    return { kind: 'json', json: JSON.parse(text) as unknown };
  } catch {
    return { kind: isCut(text) ? 'cut' : 'other' };
  }
}

/** Whether a text begins as an object or a list does, and ends within it. */
function isCut(text: string): boolean {
  if (!/^\s*[[{]/.test(text)) return false;
  let depth = 0;
  let isInString = false;
  for (let index = 0; index < text.length; index++) {
    const character = text[index] ?? '';
    if (isInString) {
      if (character === '\\') index += 1;
      else if (character === '"') isInString = false;
    } else if (character === '"') isInString = true;
    else if (character === '{' || character === '[') depth += 1;
    else if (character === '}' || character === ']') depth -= 1;
  }
  return isInString || depth > 0;
}
