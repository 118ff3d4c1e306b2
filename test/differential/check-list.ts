import type { AnswerList } from './answer.ts';
import type { World } from './world.ts';
import { complaintAboutList, isLeftOut, unless, type Window } from './judge-list.ts';
import { listed } from './model.ts';
import { TEXTS, type Paging, type Question } from './questions.ts';
import { refusedBy, type Ask, type Verdict } from './verdict.ts';

type ListQuestion = Extract<Question, { readonly kind: 'list' }>;
type Walk = Extract<Paging, { readonly kind: 'walk' }>;

/** Reads a page, or walks through a list, and judges every window. */
export async function checkList(world: World, question: ListQuestion, ask: Ask): Promise<Verdict> {
  const { filter, sort, paging } = question;
  if (paging.kind === 'walk') return checkWalk(world, question, paging, ask);
  const { number, size } = paging;
  const window = { filter, sort, from: (number - 1) * size, size, page: number };
  const read = await checkWindow(world, question, window, { page: { number, size } }, ask);
  return 'verdict' in read ? read.verdict : 'right';
}

/** Each window begins behind the last row of the one before, or ends in front of it, whatever arrives meanwhile. */
async function checkWalk(world: World, question: ListQuestion, walk: Walk, ask: Ask): Promise<Verdict> {
  const { filter, sort } = question;
  const { size } = walk;
  const isForward = walk.from === 'first';
  const count = () => listed(world, filter, sort).length;
  let from = isForward ? 0 : Math.max(0, count() - size);
  let room = isForward ? size : count() - from;
  let cursor: string | null = null;
  const seen = new Set<string>();
  for (const arrivals of walk.arrivals) {
    const variables = isForward ? { first: size, after: cursor } : { last: size, before: cursor };
    const window = { filter, sort, from, size: room, page: null };
    const read = await checkWindow(world, question, window, variables, ask);
    if ('verdict' in read) return read.verdict;
    const { nodes, pageInfo } = read.list;
    const repeated = nodes.find(({ id }) => seen.has(id));
    if (repeated !== undefined) return { complaint: `repeats ${repeated.id}` };
    for (const { id } of nodes) seen.add(id);
    cursor = isForward ? pageInfo.endCursor : pageInfo.startCursor;
    if (!(isForward ? pageInfo.hasNextPage : pageInfo.hasPreviousPage) || cursor === null) break;
    const before = count();
    world.rows = [...arrivals, ...world.rows];
    const shift = sort === 'DESC' ? count() - before : 0;
    const next: number = isForward ? from + size : Math.max(0, from + shift - size);
    room = isForward ? size : from + shift - next;
    from = isForward ? next + shift : next;
  }
  return 'right';
}

async function checkWindow(
  world: World,
  question: ListQuestion,
  window: Window,
  variables: Readonly<Record<string, unknown>>,
  ask: Ask,
): Promise<{ readonly verdict: Verdict } | { readonly list: AnswerList }> {
  const { filter, sort } = question;
  const answer = await ask(TEXTS.list, { filter, sort, ...variables });
  const list = answer.data?.['executions'] as AnswerList | null | undefined;
  if (!list) return { verdict: refusedBy(world, question, answer) };
  const wrong = answer.errors.find((error) => !isLeftOut(error));
  const complaint =
    unless(wrong === undefined, `an error beside the rows: ${wrong?.message ?? ''}`) ??
    complaintAboutList(world, window, list, answer.errors);
  if (complaint === null) return { list };
  return { verdict: { complaint: `rows from ${String(window.from)}: ${complaint}` } };
}
