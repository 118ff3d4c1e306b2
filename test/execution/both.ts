import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  buildSchema,
  execute,
  print,
  type DocumentNode,
  type ExecutionResult,
  type GraphQLSchema,
} from 'graphql';
import { DateResolver, DateTimeResolver, JSONResolver } from 'graphql-scalars';
import { executePlan } from '../../src/graphql/plan/execute.ts';
import { createPlans } from '../../src/graphql/plan/plans.ts';
import { createRandom } from '../support/random.ts';
import { answerByChance, type Answers } from './random-answers.ts';
import { readQueries } from './queries.ts';
import { drawQuery, variablesFor } from './random-query.ts';

/** The schema of the gateway, whose fields answer by chance. */
export function createSchemaOfChance(): GraphQLSchema {
  const folder = join(import.meta.dirname, '../../schema');
  const schema = buildSchema(
    readdirSync(folder)
      .filter((file) => file.endsWith('.graphql'))
      .map((file) => readFileSync(join(folder, file), 'utf8'))
      .join('\n'),
  );
  for (const { name, ...scalar } of [DateResolver, DateTimeResolver, JSONResolver]) {
    const { serialize, parseValue, parseLiteral } = scalar;
    Object.assign(schema.getType(name) ?? {}, { serialize, parseValue, parseLiteral });
  }
  answerByChance(schema);
  return schema;
}

/** What an execution has told, and what it has asked on the way. */
interface Told {
  readonly result: string;
  readonly asked: readonly string[];
}

const plans = createPlans();

/** Executes a query with graphql-js and from its plan: what each of them told. */
async function executeBoth(
  schema: GraphQLSchema,
  document: DocumentNode,
  variables: Readonly<Record<string, unknown>>,
  seed: number,
): Promise<{ readonly plain: Told; readonly planned: Told }> {
  const plain = await tell(seed, (answers) =>
    execute({ schema, document, variableValues: variables, contextValue: answers }),
  );
  const planned = await tell(seed, (answers) => {
    const read = plans.read({ schema, document, variables }, answers);
    if (read === null) throw new Error('There is no operation');
    return executePlan(read, answers);
  });
  return { plain, planned };
}

async function tell(
  seed: number,
  run: (answers: Answers) => ExecutionResult | Promise<ExecutionResult>,
): Promise<Told> {
  const answers: Answers = { seed, asked: [], wholes: new Map() };
  const { data, errors } = await run(answers);
  // What has failed does not end what it stands beside.
  await new Promise(setImmediate);
  return { result: JSON.stringify({ data, errors }), asked: answers.asked };
}

/** So often is each document of the corpus answered by chance. */
const TIMES = 10;

/** Compares the queries that tests, documents and pages have. */
export async function compareCorpus(): Promise<{ documents: number; differences: string[] }> {
  const schema = createSchemaOfChance();
  const differences: string[] = [];
  const documents = readQueries(schema);
  for (const document of documents) {
    for (let seed = 0; seed < TIMES; seed++) {
      const variables = variablesFor(createRandom(seed), schema, document);
      const { plain, planned } = await executeBoth(schema, document, variables, seed);
      if (JSON.stringify(plain) === JSON.stringify(planned)) continue;
      differences.push([print(document), JSON.stringify(variables), plain.result, planned.result].join('\n'));
    }
  }
  return { documents: documents.length, differences };
}

/** Compares so many drawn queries; each difference is told with what it takes to see it again. */
export async function compareDrawn(inputs: number, seed: number, from = 0): Promise<string[]> {
  const schema = createSchemaOfChance();
  const differences: string[] = [];
  for (let number = from; number < from + inputs; number++) {
    const own = Math.imul(seed, 0x9e3779b1) ^ Math.imul(number + 1, 0x85ebca6b);
    const { document, text, variables } = drawQuery(createRandom(own), schema);
    const { plain, planned } = await executeBoth(schema, document, variables, own);
    if (JSON.stringify(plain) === JSON.stringify(planned)) continue;
    differences.push(
      [
        `input ${String(number)}: ${text} ${JSON.stringify(variables)}`,
        plain.result,
        planned.result,
        firstDifference(plain.asked, planned.asked),
      ].join('\n'),
    );
  }
  return differences;
}

function firstDifference(plain: readonly string[], planned: readonly string[]): string {
  const at = plain.findIndex((one, index) => one !== planned[index]);
  return `asked: ${String(plain[at])} / ${String(planned[at === -1 ? plain.length : at])}`;
}
