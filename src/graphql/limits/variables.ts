import type { GraphQLError } from 'graphql';
import { refusal, type Limits } from './limits.ts';

/** A value that is still to be looked at, and how it is reached. */
interface Place {
  readonly value: unknown;
  readonly name: string;
  readonly parent: Place | null;
  readonly depth: number;
}

/**
 * Counts the values for variables before any of them is coerced. It stops at the first limit that is passed, so it never
 * looks at more values than are allowed.
 * @param variables as they came
 * @returns why they are refused, naming the variable and the path, or null
 */
export function checkVariables(
  variables: Readonly<Record<string, unknown>>,
  limits: Limits,
): GraphQLError | null {
  const { maxListSize, maxInputDepth, maxInputValues } = limits;
  let left = maxInputValues;
  // A list of what is still to do instead of calls: the values may lie deeper than calls can.
  const places: Place[] = [];
  const add = (value: unknown, name: string, parent: Place | null): boolean => {
    left -= 1;
    if (isCompound(value)) places.push({ value, name, parent, depth: (parent?.depth ?? 0) + 1 });
    return left >= 0;
  };
  for (const name in variables) {
    if (!add(variables[name], name, null)) return tooManyValues(maxInputValues);
  }
  for (let place = places.pop(); place !== undefined; place = places.pop()) {
    const { value, depth } = place;
    if (depth > maxInputDepth) {
      return refusedAt(place, `lists and objects lie more than ${String(maxInputDepth)} deep`);
    }
    if (Array.isArray(value)) {
      if (value.length > maxListSize) {
        return refusedAt(place, `a list has more than ${String(maxListSize)} values`);
      }
      for (const [index, element] of value.entries()) {
        if (!add(element, `[${String(index)}]`, place)) return tooManyValues(maxInputValues);
      }
    } else {
      const object = value as Readonly<Record<string, unknown>>;
      let fields = 0;
      for (const name in object) {
        fields += 1;
        if (fields > MAX_FIELDS)
          return refusedAt(place, `an object has more than ${String(MAX_FIELDS)} fields`);
        if (!add(object[name], `.${name}`, place)) return tooManyValues(maxInputValues);
      }
    }
  }
  return null;
}

function isCompound(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

function tooManyValues(most: number): GraphQLError {
  return refusal('BAD_USER_INPUT', `The variables have more than ${String(most)} values in all`);
}

function refusedAt(place: Place, what: string): GraphQLError {
  const names: string[] = [];
  for (let at: Place | null = place; at !== null; at = at.parent)
    names.unshift(at.name.slice(0, MAX_NAME_LENGTH));
  const message = `Variable "$${names[0] ?? ''}" is too large at "${names.join('')}": ${what}`;
  return refusal('BAD_USER_INPUT', message);
}

/** No input of the schema has half as many. Where one does not fit, all that an object has is repeated to say so. */
const MAX_FIELDS = 50;

/** So much of each name on the way is repeated. */
const MAX_NAME_LENGTH = 64;
