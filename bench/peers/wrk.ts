import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { LOAD_CORE, pinned } from './pinned.ts';
import type { Question } from './questions.ts';

/** How many ask at once. */
export const CONNECTIONS = 32;

/** Whose operations they are: all of one identity, of many in turn, or each of another. */
export type Callers = 'one' | 'many' | 'others';

/** Enough that two operations of one identity are never under way at once. */
const MANY = 256;

// Requests are put together from two halves around the credential: wrk is to cost next to nothing itself.
const SCRIPT = `
function init(args)
  callers, many = args[1], tonumber(args[2])
  local body = nil
  if args[5] then body = io.open(args[5], 'rb'):read('*a') end
  local headers = { ['authorization'] = 'Bearer session-@', ['content-type'] = body and 'application/json' or nil }
  local whole = wrk.format(args[3], args[4], headers, body)
  local at = whole:find('session-@', 1, true)
  head, tail = whole:sub(1, at + 7), whole:sub(at + 9)
  math.randomseed(os.time() * 1000 + math.floor(os.clock() * 1e6))
  prefix = math.random(1, 1e9) .. '-'
  prepared, n = {}, 0
  for i = 1, many do prepared[i] = head .. 'caller-' .. i .. tail end
end
function request()
  if callers == 'one' then return prepared[1] end
  n = n + 1
  if callers == 'many' then return prepared[n % many + 1] end
  return head .. prefix .. n .. tail
end
function done(summary, latency)
  local e = summary.errors
  io.write(string.format('\\nRESULT %d %d %d %d %d %d %d\\n', summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(99), e.status, e.connect + e.read + e.write, e.timeout))
end
`;

/** What a round of load came to. */
export interface Round {
  readonly requests: number;
  readonly seconds: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** Asks over and over again, on the core of the load. */
export type Wrk = (url: string, question: Question, callers: Callers, seconds: number) => Promise<Round>;

/** Prepares it, with its script in the folder. */
export function createWrk(folder: string): Wrk {
  const script = path.join(folder, 'load.lua');
  writeFileSync(script, SCRIPT);
  return async (url, { method, path: asked, body }, callers, seconds) => {
    const file = path.join(folder, 'body');
    if (body !== null) writeFileSync(file, body);
    const options = [
      '-t1',
      `-c${String(CONNECTIONS)}`,
      `-d${String(seconds)}s`,
      '--timeout',
      '30s',
      '-s',
      script,
    ];
    const words = [callers, String(MANY), method, asked, ...(body === null ? [] : [file])];
    const [command, args] = pinned(LOAD_CORE, 'wrk', [...options, url, '--', ...words]);
    const { stdout } = await promisify(execFile)(command, args);
    return readResult(stdout);
  };
}

function readResult(output: string): Round {
  const numbers = /^RESULT (.*)$/m.exec(output)?.[1]?.split(' ').map(Number) ?? [];
  const [requests = 0, microseconds = 0, p50 = 0, p99 = 0, refused, broken, late] = numbers;
  if (refused !== 0 || broken !== 0 || late !== 0) {
    throw new Error(`Not all was answered well:\n${output}`);
  }
  const seconds = microseconds / 1e6;
  return { requests, seconds, perSecond: requests / seconds, p50Ms: p50 / 1000, p99Ms: p99 / 1000 };
}
