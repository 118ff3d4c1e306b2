import { expect } from '@jest/globals';
import { createFakeClock, type FakeClock } from './fake-clock.ts';
import { startGateway, type Answer, type Setup } from './gateway.ts';

export const LIST = '{ executions(page: { size: 2 }) { nodes { id } } }';

export const LEAK = 'upstream-internals';

/** An error of upstream's that says what nobody is to see. */
export const TALKATIVE = {
  error_code: 'SERVER_ERROR',
  request_id: 'req-4711',
  message: `${LEAK} at https://db.internal.example/?key=tk_demo for session-demo`,
  stack: `Error: ${LEAK}\n    at query (/srv/app/src/db.js:10:5)`,
};

/** What a line of the log may have. */
const LOG_FIELDS = [
  'cause',
  'codes',
  'cost',
  'durationMs',
  'explorer',
  'level',
  'method',
  'msg',
  'operation',
  'requestId',
  'route',
  'signIn',
  'stack',
  'status',
  'time',
  'upstream',
  'url',
];

const answers: Answer[] = [];

const gateways: { readonly logs: readonly string[]; readonly secrets: readonly string[] }[] = [];

/** A gateway whose every answer and log line is searched for secrets after the test. */
export async function startWatched(setup: Setup = {}) {
  const gateway = await startGateway(setup);
  const upstream = new URL(setup.upstreamUrl ?? gateway.sandbox.url);
  gateways.push({ logs: gateway.logs, secrets: [upstream.host, '/api/v2/public'] });
  const query: typeof gateway.query = async (...args) => {
    const answer = await gateway.query(...args);
    answers.push(answer);
    return answer;
  };
  return { ...gateway, query };
}

/** A watched gateway on a clock that the test moves. */
export async function startWatchedOnFakeClock(setup: Setup = {}) {
  const clock = createFakeClock();
  return { ...(await startWatched({ ...setup, clock })), clock };
}

export function expectNothingLeaked() {
  const seen = answers.splice(0).map(({ data, errors, extensions, headers }) => ({
    data: data as unknown,
    errors,
    extensions,
    headers: [...headers],
  }));
  const all = gateways.splice(0);
  const logs = all.flatMap((gateway) => gateway.logs);
  const secrets = ['tk_demo', 'session-demo', LEAK, 'node_modules', 'file://', '    at '];
  // The line that a gateway starts with is for its operator: that one names the upstream host.
  const requestLogs = logs.filter((line) => (JSON.parse(line) as { msg: string }).msg !== 'listening');
  for (const text of [...seen.map((answer) => JSON.stringify(answer)), ...requestLogs]) {
    for (const secret of [...secrets, ...all.flatMap((gateway) => gateway.secrets)]) {
      expect(text).not.toContain(secret);
    }
  }
  for (const line of logs) {
    expect(LOG_FIELDS).toEqual(expect.arrayContaining(Object.keys(JSON.parse(line) as object)));
    expect(line).not.toContain('demo@example.com');
  }
}

export function errorOf(answer: Answer) {
  expect(answer.errors).toHaveLength(1);
  const [error] = answer.errors;
  return { status: answer.status, message: error?.message, ...error?.extensions };
}

/** Lets a retry's wait pass, once there is one. */
export async function passRetryWait(clock: FakeClock): Promise<number> {
  await clock.until(([soonest = Infinity]) => soonest < 500);
  const [waitMs = NaN] = clock.due();
  clock.advance(waitMs);
  return waitMs;
}
