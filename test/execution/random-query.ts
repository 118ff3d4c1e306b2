import {
  getNamedType,
  getOperationAST,
  isEnumType,
  isInputObjectType,
  isInputType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  parse,
  typeFromAST,
  validate,
  type DocumentNode,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';
import type { Random } from '../support/random.ts';

/** A query that fits the schema, and the values for its variables. */
export interface DrawnQuery {
  readonly document: DocumentNode;
  readonly text: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Names that mean something to JavaScript, and nothing to GraphQL. */
const ODD_NAMES = ['__proto__', 'constructor', 'toJSON', 'then', 'length', 'a', 'b'];
const MAX_DEPTH = 5;

/** Draws one. */
export function drawQuery(random: Random, schema: GraphQLSchema): DrawnQuery {
  for (;;) {
    const drawn = drawText(random, schema);
    const document = parse(drawn.text);
    // Two fields of one name may have drawn different arguments.
    if (validate(schema, document).length === 0) return { ...drawn, document };
  }
}

function drawText(random: Random, schema: GraphQLSchema) {
  const variables: Record<string, unknown> = { yes: random.chance(0.5), no: random.chance(0.5) };
  const declared = ['$yes: Boolean!', '$no: Boolean! = true'];
  if (random.chance(0.3)) delete variables['no'];
  const fragments: string[] = [];

  const declare = (type: GraphQLInputType): string => {
    const name = `v${String(declared.length)}`;
    const [given, fallback] = [random.chance(0.7), random.chance(0.3)];
    const isNeeded = isNonNullType(type) && !fallback;
    if (given || isNeeded) variables[name] = drawValue(random, type);
    declared.push(
      `$${name}: ${String(type)}${fallback ? ` = ${literal(drawValue(random, type), type)}` : ''}`,
    );
    return `$${name}`;
  };

  const argumentsOf = ({ args }: GraphQLField<unknown, unknown>): string => {
    const given = args
      .filter(({ type }) => isNonNullType(type) || random.chance(0.4))
      .map(({ name, type }) => {
        const value = random.chance(0.5) ? declare(type) : literal(drawValue(random, type), type);
        return `${name}: ${value}`;
      });
    return given.length === 0 ? '' : `(${given.join(', ')})`;
  };

  const directives = () => {
    if (!random.chance(0.15)) return '';
    const condition = random.pick(['$yes', '$no', 'true', 'false']);
    return random.pick([` @skip(if: ${condition})`, ` @include(if: ${condition})`]);
  };

  const fieldOf = (type: GraphQLObjectType, depth: number): string => {
    if (random.chance(0.1)) return `__typename${directives()}`;
    const fields = Object.values(type.getFields());
    const leaves = fields.filter((field) => isLeafType(getNamedType(field.type)));
    const isDeepEnough = depth >= MAX_DEPTH && leaves.length > 0;
    const field = random.pick(
      isDeepEnough || random.chance(0.4) ? (leaves.length > 0 ? leaves : fields) : fields,
    );
    const alias = random.chance(0.15) ? `${random.pick(ODD_NAMES)}: ` : '';
    const inner = getNamedType(field.type);
    const selection = isObjectType(inner) ? ` ${setOf(inner, depth + 1)}` : '';
    return `${alias}${field.name}${argumentsOf(field)}${directives()}${selection}`;
  };

  const setOf = (type: GraphQLObjectType, depth: number): string => {
    const parts = Array.from({ length: 1 + random.below(5) }, () => {
      if (depth > MAX_DEPTH || !random.chance(0.2)) return fieldOf(type, depth);
      const inner = `{ ${fieldOf(type, depth)} ${fieldOf(type, depth)} }`;
      if (random.chance(0.5)) return `... on ${type.name}${directives()} ${inner}`;
      const name = `F${String(fragments.length)}`;
      fragments.push(`fragment ${name} on ${type.name} ${inner}`);
      return random.chance(0.3) ? `...${name}${directives()} ...${name}` : `...${name}${directives()}`;
    });
    return `{ ${parts.join(' ')} }`;
  };

  const root = schema.getQueryType();
  if (!root) throw new Error('The schema has no queries');
  const selection = setOf(root, 0);
  const used = declared.filter((one) => {
    const name = one.slice(0, one.indexOf(':'));
    return new RegExp(`\\${name}\\b`).test(selection + fragments.join(' '));
  });
  const head = used.length === 0 ? 'query' : `query Drawn(${used.join(', ')})`;
  return { text: [`${head} ${selection}`, ...fragments].join('\n'), variables };
}

/** Values for the variables of a query; some are left out where they may be. */
export function variablesFor(
  random: Random,
  schema: GraphQLSchema,
  document: DocumentNode,
): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const { variable, type, defaultValue } of getOperationAST(document)?.variableDefinitions ?? []) {
    const inputType = typeFromAST(schema, type);
    if (!isInputType(inputType)) continue;
    const isNeeded = isNonNullType(inputType) && defaultValue === undefined;
    const value = drawValue(random, inputType);
    // `@skip` refuses an operation whose variable is null, before it is executed.
    const mayBeGiven = value !== null || getNamedType(inputType).name !== 'Boolean';
    if (isNeeded || (mayBeGiven && random.chance(0.7))) values[variable.name.value] = value;
  }
  return values;
}

/** A value of a type, as JSON has it. */
function drawValue(random: Random, type: GraphQLInputType): unknown {
  if (isNonNullType(type)) return drawValue(random, type.ofType) ?? drawValue(random, type);
  if (random.chance(0.15)) return null;
  if (isListType(type)) return Array.from({ length: random.below(3) }, () => drawValue(random, type.ofType));
  if (isEnumType(type)) return random.pick(type.getValues()).name;
  if (isInputObjectType(type)) {
    const given = Object.values(type.getFields()).filter(
      (field) => isNonNullType(field.type) || random.chance(0.3),
    );
    return Object.fromEntries(given.map((field) => [field.name, drawValue(random, field.type)]));
  }
  return SCALARS[type.name]?.(random) ?? null;
}

const SCALARS: Readonly<Record<string, (random: Random) => unknown>> = {
  ID: (random) => random.pick(['one', 'a "quoted" \\ one\n', '7']),
  String: (random) => random.pick(['text', '', '`${1}` */ "']),
  Int: (random) => random.below(100),
  Float: (random) => random.below(100) / 8,
  Boolean: (random) => random.chance(0.5),
  Date: () => '2026-11-26',
  DateTime: () => '2026-11-26T01:02:03.000Z',
  JSON: () => ({ a: [1, null] }),
};

/** A value as a document has it. */
function literal(value: unknown, type: GraphQLInputType): string {
  const nullable = isNonNullType(type) ? type.ofType : type;
  if (value === null) return 'null';
  if (isListType(nullable)) {
    return `[${(value as unknown[]).map((one) => literal(one, nullable.ofType)).join(', ')}]`;
  }
  if (isEnumType(nullable)) return value as string;
  if (isInputObjectType(nullable)) {
    const fields = nullable.getFields();
    const given = Object.entries(value as object).map(([name, one]) => {
      const field = fields[name];
      return field === undefined ? '' : `${name}: ${literal(one, field.type)}`;
    });
    return `{ ${given.join(', ')} }`;
  }
  return JSON.stringify(value);
}
