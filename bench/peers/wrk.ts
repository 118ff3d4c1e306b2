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

/** How many are `many`: enough that two operations of one identity are never under way at once. */
export const MANY = 256;

// Requests are put together from two halves around the credential: wrk is to cost next to nothing itself.
const SCRIPT = `
bad = 0
local first
function setup(thread) first = thread end
function init(args)
  callers, many = args[1], tonumber(args[2])
  local body = nil
  if args[6] then body = io.open(args[6], 'rb'):read('*a') end
  if args[5] == 'check' then
    function response(status, _, answer)
      if status ~= 200 or answer:find('"errors":[', 1, true) then bad = bad + 1 end
    end
  end
  local headers = { ['authorization'] = 'Bearer session-@', ['content-type'] = body and 'application/json' or nil }
  local whole = wrk.format(args[3], args[4], headers, body)
  local at = whole:find('session-@', 1, true)
  head, tail = whole:sub(1, at + 7), whole:sub(at + 9)
  math.randomseed(os.time() * 1000 + math.floor(os.clock() * 1e6))
  prefix = math.random(1, 1e9) .. '-'
  prepared, n = {}, math.random(0, many)
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
  io.write(string.format('\\nRESULT %d %d %d %d %d %d %d %d\\n', summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(99), e.status, e.connect + e.read + e.write, e.timeout, first:get('bad')))
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

/** How to ask. */
export interface Load {
  readonly callers: Callers;
  readonly seconds: number;
  /** Whether all answers are looked at, which costs time of the load's core. */
  readonly isChecked?: boolean;
}

/** Asks over and over again, on the core of the load. */
export type Wrk = (url: string, question: Question, load: Load) => Promise<Round>;

/** Prepares it, with its script in the folder. */
export function createWrk(folder: string): Wrk {
  const script = path.join(folder, 'load.lua');
  writeFileSync(script, SCRIPT);
  return async (url, { method, path: asked, body }, { callers, seconds, isChecked = false }) => {
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
    const mode = isChecked ? 'check' : 'count';
    const words = [callers, String(MANY), method, asked, mode, ...(body === null ? [] : [file])];
    const [command, args] = pinned(LOAD_CORE, 'wrk', [...options, url, '--', ...words]);
    const { stdout } = await promisify(execFile)(command, args);
    return readResult(stdout);
  };
}

function readResult(output: string): Round {
  const numbers = /^RESULT (.*)$/m.exec(output)?.[1]?.split(' ').map(Number) ?? [];
  const [requests = 0, microseconds = 0, p50 = 0, p99 = 0, refused, broken, late, bad] = numbers;
  if ([refused, broken, late, bad].some((count) => count !== 0)) {
    throw new Error(`Not all was answered well:\n${output}`);
  }
  const seconds = microseconds / 1e6;
  return { requests, seconds, perSecond: requests / seconds, p50Ms: p50 / 1000, p99Ms: p99 / 1000 };
}
