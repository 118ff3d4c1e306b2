import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { eventually } from './eventually.ts';
import type { Answer } from './gateway.ts';

/** A line of the log: its message, and what each of these fields has. */
interface DocumentedLine {
  readonly msg: string;
  readonly fields: Readonly<Record<string, string>>;
}

/** A series, or several: those with this name and these labels together. */
interface DocumentedSeries {
  readonly name: string;
  readonly labels: string;
  /** What it is; null: more than nothing. */
  readonly value: number | null;
}

/** One of the things that go wrong, as the operations guide tells of it. */
export interface Trouble {
  /** Its heading, with its number. */
  readonly title: string;
  readonly lines: readonly DocumentedLine[];
  readonly series: readonly DocumentedSeries[];
  /** Of the errors that users are answered with. */
  readonly codes: readonly string[];
}

const GUIDE = readFileSync(join(import.meta.dirname, '../../docs/operations.md'), 'utf8');

/** The fields that each message of the log may have, by the guide's tables. */
const FIELDS_OF = fieldsByMessage();

/** All that go wrong, the first one first. */
export const TROUBLES: readonly Trouble[] = [...GUIDE.matchAll(/^### (\d+\. .+)$/gm)].map(
  ({ index, 1: title = '' }) => {
    const [section = ''] = GUIDE.slice(index + 4).split(/^##/m, 1);
    return {
      title,
      lines: linesIn(cellOf(section, 'log')),
      series: seriesIn(cellOf(section, 'metrics')),
      codes: cellOf(section, 'your users').match(/(?<=`)[A-Z][A-Z_]+(?=`)/g) ?? [],
    };
  },
);

/** The one with that number. */
export function troubleOf(number: number): Trouble {
  const trouble = TROUBLES[number - 1];
  if (trouble === undefined) throw new Error(`The guide has no number ${String(number)}`);
  return trouble;
}

function cellOf(section: string, where: string): string {
  const cell = new RegExp(`^\\| ${where} +\\| (.+?) +\\|$`, 'm').exec(section)?.[1];
  if (cell === undefined) throw new Error(`The guide does not say what ${where} shows: ${section}`);
  return cell;
}

/** `` `request`, `status` is `401`, `codes` is `X` ``: a message, and what its fields have. */
function linesIn(cell: string): DocumentedLine[] {
  const lines = cell.matchAll(/(?<=^|; )`([^`]+)`((?:, `\w+` is `[^`]+`)*)/g);
  return [...lines].map(([, msg = '', rest = '']) => ({
    msg,
    fields: Object.fromEntries(
      [...rest.matchAll(/`(\w+)` is `([^`]+)`/g)].map(([, ...pair]) => pair as [string, string]),
    ),
  }));
}

/** `` `name{labels}` grows `` or `` `name` is 0 ``. */
function seriesIn(cell: string): DocumentedSeries[] {
  const told = cell.matchAll(/`(refold_gateway_\w+)(?:\{([^}]*)\})?` (?:grows|is (\d+))/g);
  return [...told].map(([, name = '', labels = '', value]) => ({
    name,
    labels,
    value: value === undefined ? null : Number(value),
  }));
}

/** What a gateway has logged and counts. */
interface Watched {
  readonly url: string;
  readonly logs: readonly string[];
}

/**
 * Expects that the log, the metrics and the answers tell of a trouble what the guide says that they do, and that the
 * guide has every line and field that was logged.
 */
export async function expectToldOf(
  trouble: Trouble,
  { url, logs }: Watched,
  answers: readonly Pick<Answer, 'errors'>[],
): Promise<void> {
  const logged = () => logs.map((line) => JSON.parse(line) as Record<string, unknown>);
  for (const { msg, fields } of trouble.lines) {
    const isIt = (line: Record<string, unknown>) =>
      line['msg'] === msg &&
      Object.entries(fields).every(([name, value]) => [line[name]].flat().map(String).includes(value));
    await eventually(
      () => `${JSON.stringify({ msg, fields })} among ${logs.join('')}`,
      () => logged().some(isIt),
    );
  }
  for (const series of trouble.series) {
    await eventually(
      () => JSON.stringify(series),
      async () => {
        const value = valueOf(series, await (await fetch(`${url}/metrics`)).text());
        return series.value === null ? (value ?? 0) > 0 : value === series.value;
      },
    );
  }
  const codes = answers.flatMap(({ errors }) => errors.map(({ extensions }) => extensions.code));
  expect([...new Set(codes)]).toEqual(trouble.codes);
  expect(logged().filter((line) => !isDocumented(line))).toEqual([]);
}

/** The sum of all that it stands for; null: there is none. */
function valueOf({ name, labels }: DocumentedSeries, printed: string): number | null {
  const lines = printed.split('\n').filter((line) => /^(\w+)/.exec(line)?.[1] === name);
  const matching = lines.filter((line) => labels === '' || line.includes(labels));
  if (matching.length === 0) return null;
  return matching.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}

/** What every line has. */
const COMMON = ['level', 'time', 'msg'];

function isDocumented(line: Readonly<Record<string, unknown>>): boolean {
  const known = FIELDS_OF.get(String(line['msg']));
  return Object.keys(line).every((name) => COMMON.includes(name) || known?.has(name) === true);
}

function fieldsByMessage(): Map<string, Set<string>> {
  const messages = documentedMessages().map((msg): [string, Set<string>] => [msg, new Set()]);
  const byMessage = new Map(messages);
  for (const { name, messages: has } of documentedFields()) {
    for (const msg of has) byMessage.get(msg)?.add(name);
  }
  return byMessage;
}

/** The messages of the log, by the guide. */
export function documentedMessages(): string[] {
  return [...tableOf('| `msg`').matchAll(/^\| `([^`]+)` +\| (?:info|warn|error) /gm)].map(
    ([, msg = '']) => msg,
  );
}

/** The fields of the log, by the guide, each with the messages that have it. */
export function documentedFields(): { readonly name: string; readonly messages: readonly string[] }[] {
  return [...tableOf('| field').matchAll(/^\| `(\w+)` +\| ([^|]+?) +\|/gm)].map(
    ([, name = '', cell = '']) => ({
      name,
      messages: [...cell.matchAll(/`([^`]+)`/g)].map(([, msg = '']) => msg),
    }),
  );
}

/** The rows of the table whose head begins with that. */
function tableOf(head: string): string {
  const start = GUIDE.indexOf(`\n${head}`);
  if (start === -1) throw new Error(`The guide has no table that begins with ${head}`);
  const [table = ''] = GUIDE.slice(start + 1).split('\n\n', 1);
  return table;
}
