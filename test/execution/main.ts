import process from 'node:process';
import { readDrawing } from '../support/drawing.ts';
import { compareCorpus, compareDrawn } from './both.ts';

const drawing = readDrawing(
  'npm run fuzz:execution [-- options]: queries by their plans and by graphql-js, and whether both answer the same',
  20_000,
);
if (drawing !== null) {
  // graphql-js lets go of what other elements of a list are waiting for where one of them fails at once.
  process.on('unhandledRejection', () => undefined);
  const { inputs, seed, from } = drawing;
  const corpus = await compareCorpus();
  const drawn = await compareDrawn(inputs, seed, from);
  for (const difference of [...corpus.differences, ...drawn]) console.log(difference);
  const count = corpus.differences.length + drawn.length;
  console.log(
    `Seed ${String(seed)}: ${String(corpus.documents)} documents, ${String(inputs)} drawn, ${String(count)} differences.`,
  );
  process.exitCode = count === 0 ? 0 : 1;
}
