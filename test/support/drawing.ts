import { parseArgs } from 'node:util';

/** What is drawn: how many, from which seed, and from which of them on. */
export interface Drawing {
  readonly inputs: number;
  readonly seed: number;
  readonly from: number;
}

/**
 * Reads from the command line what is to be drawn. Null: help was asked for, which has been printed.
 * @param purpose the first line of the help: the command, and what it is for
 * @param inputs how many are drawn unless told otherwise
 */
export function readDrawing(purpose: string, inputs: number): Drawing | null {
  const { values } = parseArgs({
    options: {
      inputs: { type: 'string', default: String(inputs) },
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
      from: { type: 'string', default: '0' },
      help: { type: 'boolean', default: false },
    },
  });
  if (!values.help) {
    return { inputs: Number(values.inputs), seed: Number(values.seed), from: Number(values.from) };
  }
  console.log(`${purpose}

  --inputs <count>  how many (default: ${String(inputs)})
  --seed <number>   what they are drawn from (default: another one each time)
  --from <number>   the first of them, to see one again
`);
  return null;
}
