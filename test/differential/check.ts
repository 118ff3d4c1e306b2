import { once } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { callsOf, type AnswerCounts, type AnswerRow, type GatewayAnswer } from './answer.ts';
import { checkList } from './check-list.ts';
import { rerunIdOf } from './foreign-upstream.ts';
import type { World } from './world.ts';
import { complaintAboutCounts } from './judge-counts.ts';
import { complaintAboutRow, unless } from './judge-list.ts';
import { matching } from './model.ts';
import { countsText, TEXTS, type Question } from './questions.ts';
import { refusedBy, verdictOf, type Ask, type Verdict } from './verdict.ts';

/** Asks a question and judges the answer, and what it took. */
export function check(world: World, question: Question, ask: Ask, maxPageSize: number): Promise<Verdict> {
  world.asked.largestLimit = 0;
  return verdictWith(world, question, async (text, variables) => {
    world.asked.requests = 0;
    world.asked.reruns.length = 0;
    const answer = await ask(text, variables);
    const requests = await requestsOf(world, callsOf(answer));
    if (callsOf(answer) !== requests) {
      throw new Complaint(`calls ${String(callsOf(answer))} for ${String(requests)} requests`);
    }
    if (world.asked.largestLimit > maxPageSize) {
      throw new Complaint(`asked upstream for ${String(world.asked.largestLimit)} rows at once`);
    }
    return answer;
  });
}

/** Asks a question while others are asked, so that nobody knows which requests were made for it, and judges the answer. */
export function checkBesideOthers(world: World, question: Question, ask: Ask): Promise<Verdict> {
  return verdictWith(world, question, ask);
}

async function verdictWith(world: World, question: Question, ask: Ask): Promise<Verdict> {
  try {
    return await verdictOn(world, question, ask);
  } catch (error) {
    if (error instanceof Complaint) return { complaint: error.message };
    throw error;
  }
}

class Complaint extends Error {}

/** How long a request may be on its way that was given up. */
const ON_ITS_WAY_MS = 5000;
/** How many turns of the event loop it takes to read it. */
const TURNS = 20;

/** How many requests came: once they are as many as they should be, or no more come. */
async function requestsOf({ asked }: World, calls: number): Promise<number> {
  const signal = AbortSignal.timeout(ON_ITS_WAY_MS);
  while (asked.requests < calls && !signal.aborted) {
    await once(asked.events, 'request', { signal }).catch(() => undefined);
  }
  // After a pause of the machine, timers come before what has arrived.
  for (let turn = 0; turn < TURNS && asked.requests < calls; turn++) await setImmediate();
  return asked.requests;
}

async function verdictOn(world: World, question: Question, ask: Ask): Promise<Verdict> {
  switch (question.kind) {
    case 'list':
      return checkList(world, question, ask);
    case 'counts': {
      const answer = await ask(countsText(question.fields), { filter: question.filter });
      const counts = answer.data?.['executionCounts'] as AnswerCounts | null | undefined;
      if (!counts || answer.errors.length > 0) return refusedBy(world, question, answer);
      return verdictOf(complaintAboutCounts(world, question.filter, counts, answer));
    }
    case 'one':
      return checkOne(world, question.id, await ask(TEXTS.one, { id: question.id }));
    case 'rerun':
      return checkRerun(world, question.id, await ask(TEXTS.rerun, { id: question.id }));
    case 'dry run':
      return checkDryRun(world, question, await ask(TEXTS['dry run'], { filter: question.filter }));
  }
}

function checkOne(world: World, id: string, answer: GatewayAnswer): Verdict {
  const raw = world.rows.find((row) => row.id === id);
  const row = answer.data?.['execution'] as AnswerRow | null | undefined;
  const [error] = answer.errors;
  if (error !== undefined) return { complaint: `an error for one execution: ${error.message}` };
  if (raw === undefined || !row)
    return verdictOf(
      unless(raw === undefined && row === null, row ? 'an unknown execution' : 'no execution'),
    );
  return verdictOf(unless(row.id === id, `execution ${row.id}`) ?? complaintAboutRow(raw, row, {}));
}

function checkRerun(world: World, id: string, answer: GatewayAnswer): Verdict {
  const isKnown = world.rows.some((row) => row.id === id);
  const payload = answer.data?.['rerunExecution'] as { executionId: string | null } | null | undefined;
  const { reruns } = world.asked;
  if (!isKnown)
    return verdictOf(unless(payload?.executionId == null && reruns.length === 0, 'ran what is unknown'));
  return verdictOf(
    unless(reruns.join() === id, `reran ${reruns.join(' ')}`) ??
      unless(payload?.executionId === rerunIdOf(id), `executionId ${String(payload?.executionId)}`),
  );
}

const RERUN_STATES = ['ERRORED', 'STOPPED', 'TIMED_OUT'];

interface DryRun {
  readonly executionIds: readonly string[];
  readonly userErrors: readonly { readonly code: string; readonly message: string }[];
}

function checkDryRun(
  world: World,
  question: Extract<Question, { readonly kind: 'dry run' }>,
  answer: GatewayAnswer,
): Verdict {
  const payload = answer.data?.['rerunExecutions'] as DryRun | null | undefined;
  if (world.asked.reruns.length > 0) return { complaint: 'a dry run that ran' };
  const told = (payload?.userErrors ?? []).map(({ code, message }) => ({ message, extensions: { code } }));
  const errors = [...answer.errors, ...told];
  const wanted = matching(world, { ...question.filter, status: RERUN_STATES });
  const isBroken = wanted.some(({ shape }) => shape !== 'whole');
  if (!payload || errors.length > 0) {
    // What cannot be read is not changed.
    const codes = errors.map(({ extensions }) => extensions.code);
    if (isBroken && codes.every((code) => code === 'UPSTREAM_BAD_RESPONSE' || code === 'NOT_SUPPORTED')) {
      return 'refused';
    }
    return refusedBy(world, question, { ...answer, errors });
  }
  const ids = wanted.filter(({ shape }) => shape === 'whole').map(({ id }) => id);
  const isSame = [...ids].sort().join() === [...payload.executionIds].sort().join();
  return verdictOf(
    unless(isSame, `${String(payload.executionIds.length)} executions for ${String(ids.length)}`),
  );
}
