import {
  getNullableType,
  isEnumType,
  isListType,
  isObjectType,
  responsePathAsArray,
  type GraphQLField,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
} from 'graphql';
import { GatewayError } from '../../src/domain/errors.ts';
import { createPartField, type LoadWhole } from '../../src/graphql/plan/parts.ts';
import { createRandom, type Random } from '../support/random.ts';

/** What answers the fields of one execution by chance, and notes in which order it is asked. */
export interface Answers {
  readonly seed: number;
  readonly asked: string[];
  /** What has been looked up for an object: it is one look-up for all that it lacks. */
  readonly wholes: Map<unknown, Promise<object>>;
}

/** These types have fields that are at hand in part only. */
const TYPES_IN_PARTS = new Set(['Workflow', 'Application']);

/** Lets all fields of a schema answer by chance: the same for the same seed and place in the answer. */
export function answerByChance(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    const load = loadBy(type.getFields());
    for (const field of Object.values(type.getFields())) {
      // Every other one is a property of its object.
      const isProperty = type !== schema.getQueryType() && field.name.length % 2 === 0;
      if (TYPES_IN_PARTS.has(type.name)) Object.assign(field, createPartField({ name: field.name, load }));
      else if (isProperty) delete field.resolve;
      else field.resolve = resolverOf(field);
    }
  }
}

function resolverOf(field: GraphQLField<unknown, unknown>) {
  return (_source: unknown, args: unknown, answers: unknown, info: GraphQLResolveInfo): unknown => {
    const path = responsePathAsArray(info.path).join('.');
    const { fieldName, fieldNodes, parentType, returnType, variableValues } = info;
    const said = { fieldName, nodes: fieldNodes.length, of: parentType.name, type: String(returnType) };
    return answer(answers as Answers, field.type, path, JSON.stringify([path, args, said, variableValues]));
  };
}

/** Looks up, by chance and after some turns, an object with more of the fields, or fails. */
function loadBy(fields: Readonly<Record<string, { type: GraphQLOutputType }>>): LoadWhole {
  return (source, context) => {
    const { wholes, seed, asked } = context as Answers;
    const same = wholes.get(source);
    if (same !== undefined) return same;
    const id = `whole ${String((source as { id?: unknown }).id)} ${String(wholes.size)}`;
    asked.push(id);
    const random = createRandom(hashOf(id) ^ seed);
    const ask: Ask = (name, type) =>
      answer(context as Answers, type, `${id}>${name}`, `property ${id}>${name}`);
    const whole = later(random, () => {
      if (random.chance(0.2)) throw new GatewayError('UPSTREAM_UNAVAILABLE', 'It is not looked up');
      const draw = atOnce(orAnswered(ask));
      return Object.fromEntries(Object.entries(fields).map(([name, { type }]) => [name, draw(name, type)]));
    }) as Promise<object>;
    wholes.set(source, whole);
    return whole;
  };
}

function answer(answers: Answers, type: GraphQLOutputType, path: string, asked: string): unknown {
  answers.asked.push(asked);
  return drawAnswer(createRandom(hashOf(path) ^ answers.seed), type, (name, inner) =>
    answer(answers, inner, `${path}>${name}`, `property ${path}>${name}`),
  );
}

type Ask = (name: string, type: GraphQLOutputType) => unknown;

/** Answers what would be thrown, and always an id: data throws nothing when it is read, and is known by its id. */
function orAnswered(ask: Ask): Ask {
  return (name, type) => {
    if (name === 'id') return 'text';
    try {
      return ask(name, type);
    } catch (error) {
      return error;
    }
  };
}

/** Answers null in the place of a promise: what is at hand, or has been looked up, is data. */
function atOnce(ask: Ask): Ask {
  const dataOf = (answered: unknown): unknown => {
    if (Array.isArray(answered)) return answered.map(dataOf);
    if (!(answered instanceof Promise)) return answered;
    answered.catch(() => undefined);
    return null;
  };
  return (name, type) => dataOf(ask(name, type));
}

function drawAnswer(random: Random, type: GraphQLOutputType, ask: Ask): unknown {
  const kind = random.below(60);
  if (kind === 0) throw new Error('It is thrown');
  if (kind === 1) throw new GatewayError('UPSTREAM_UNAVAILABLE', 'It is thrown');
  if (kind === 2) return new Error('It is answered');
  if (kind === 3) return later(random, () => Promise.reject(new Error('It is late')));
  if (kind < 14) return later(random, () => drawValue(random, type, ask));
  return drawValue(random, type, ask);
}

async function later(random: Random, draw: () => unknown): Promise<unknown> {
  for (let turns = random.below(5); turns > 0; turns--) await Promise.resolve();
  return draw();
}

function drawValue(random: Random, type: GraphQLOutputType, ask: Ask): unknown {
  const nullable = getNullableType(type);
  if (random.chance(nullable === type ? 0.1 : 0.02)) return random.chance(0.5) ? null : undefined;
  if (random.chance(0.01)) return Symbol('no value of any type');
  if (isListType(nullable)) {
    const draw = () => drawAnswer(random, nullable.ofType, ask);
    return Array.from({ length: random.below(4) }, () => {
      try {
        return draw();
      } catch (error) {
        return error;
      }
    });
  }
  if (isObjectType(nullable)) {
    const fields = nullable.getFields();
    if (!TYPES_IN_PARTS.has(nullable.name)) return objectOf(random.below(2 ** 30), ask, fields);
    const atHand = Object.entries(fields).filter(([name]) => name === 'id' || random.chance(0.5));
    // Not one of those with methods: what is at hand in part is data.
    return objectOf(1, atOnce(orAnswered(ask)), Object.fromEntries(atHand));
  }
  if (isEnumType(nullable)) return random.pick(nullable.getValues()).value;
  return LEAVES[nullable.name]?.(random) ?? 'text';
}

/** An object whose properties are drawn when they are asked for; some of them are methods. */
function objectOf(
  id: number,
  ask: Ask,
  fields: Readonly<Record<string, { type: GraphQLOutputType }>>,
): object {
  const known = new Map<string | symbol, unknown>();
  const read = (name: string | symbol): unknown => {
    const field = typeof name === 'string' ? fields[name] : undefined;
    if (field === undefined) return undefined;
    const draw = () => ask(`${String(id)}.${String(name)}`, field.type);
    if (!known.has(name)) known.set(name, id % 5 === 0 ? draw : draw());
    return known.get(name);
  };
  return new Proxy({}, { get: (_target, name) => read(name) });
}

const LEAVES: Readonly<Record<string, (random: Random) => unknown>> = {
  Int: (random) => random.pick([0, 7, -1, 2 ** 40, '12']),
  Float: (random) => random.pick([0.5, 7, Number.NaN]),
  Boolean: (random) => random.pick([true, false, 1, 'yes']),
  Date: (random) => random.pick([new Date(0), '2026-11-26', 'no day']),
  DateTime: (random) => random.pick([new Date(0), '2026-11-26T00:00:00Z', 'no time']),
  JSON: (random) => random.pick([{ then: 1, a: [null] }, [], 'text', 0, false]),
};

function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}
