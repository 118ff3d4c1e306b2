import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Instruction {
  readonly name: string;
  readonly rest: string;
}

/** The stages of the Dockerfile, each with its instructions, the first one being `FROM`. */
const STAGES = readFileSync(join(import.meta.dirname, '../../Dockerfile'), 'utf8')
  .replace(/^#.*\n/gm, '')
  .replaceAll('\\\n', ' ')
  .split(/^(?=FROM )/m)
  .map((stage) =>
    stage
      .trim()
      .split(/\n+/)
      .map((line): Instruction => {
        const [name = ''] = line.split(' ', 1);
        return { name, rest: line.slice(name.length).trim() };
      }),
  );
/** The last one, which is the image. */
export const [FINAL = []] = STAGES.slice(-1);

/** What follows the name of each such instruction. */
export const restsOf = (name: string, instructions: readonly Instruction[] = STAGES.flat()) =>
  instructions.filter((instruction) => instruction.name === name).map(({ rest }) => rest);

/** What the instructions copy: from a stage, or from the folder of the project where that is null. */
export function copiesOf(instructions?: readonly Instruction[]) {
  return restsOf('COPY', instructions).map((rest) => {
    const words = rest.split(/\s+/);
    const stage = words[0]?.startsWith('--from=') ? (words.shift()?.slice('--from='.length) ?? null) : null;
    return { stage, sources: words.slice(0, -1), target: words.at(-1) ?? '' };
  });
}

/** The program and the arguments that an instruction names in JSON. */
export function commandOf(instruction: string): string[] {
  return JSON.parse(instruction.slice(instruction.indexOf('['))) as string[];
}
