import type { Traits } from './traits.ts';

/** Fields whose values are free JSON: the sandbox passes them on as a customer's step or application made them. */
const FREE_JSON = ['input_data', 'latest_output', 'output', 'identifier', 'schema', 'auth_input_map'];

function asText(value: unknown, isFree: boolean): unknown {
  if (isFree) return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return value.map((element) => asText(element, false));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, asText(inner, FREE_JSON.includes(name))]),
  );
}

/** An object, or a list of them, without the fields; so are the rows and nodes in it. */
function without(fields: readonly string[], value: unknown): unknown {
  if (Array.isArray(value)) return value.map((element) => without(fields, element));
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([name]) => !fields.includes(name));
  return Object.fromEntries(
    kept.map(([name, inner]) => [name, name === 'docs' || name === 'nodes' ? without(fields, inner) : inner]),
  );
}

/** A body of a successful answer as an upstream of these traits would send it. */
export function spoken(body: unknown, traits: Traits): unknown {
  const kept = traits.omit.length === 0 ? body : without(traits.omit, body);
  return traits.textNumbers ? asText(kept, false) : kept;
}
