import process from 'node:process';
import { parseArgs } from 'node:util';
import { compareCorpus, compareDrawn } from './both.ts';

const USAGE = `npm run fuzz:execution [-- options]: queries by their plans and by graphql-js, and whether both answer the same

  --inputs <count>  how many are drawn (default: 20000)
  --seed <number>   what they are drawn from (default: another one each time)
  --from <number>   the first of them, to see one again
`;

const { values } = parseArgs({
  options: {
    inputs: { type: 'string', default: '20000' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    from: { type: 'string', default: '0' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log(USAGE);
} else {
  // graphql-js lets go of what other elements of a list are waiting for where one of them fails at once.
  process.on('unhandledRejection', () => undefined);
  const { inputs, seed, from } = values;
  const corpus = await compareCorpus();
  const drawn = await compareDrawn(Number(inputs), Number(seed), Number(from));
  for (const difference of [...corpus.differences, ...drawn]) console.log(difference);
  const count = corpus.differences.length + drawn.length;
  console.log(
    `Seed ${seed}: ${String(corpus.documents)} documents, ${inputs} drawn, ${String(count)} differences.`,
  );
  process.exitCode = count === 0 ? 0 : 1;
}
