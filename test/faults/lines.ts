/** A line of the promise: what can go wrong, and what is right then. Its rows, in `rows/`, prove it. */
export interface Line {
  readonly number: string;
  readonly fault: string;
  /** What the users see. */
  readonly right: string;
  /** How long it takes, in words. */
  readonly bound: string;
}

const line = (number: string, fault: string, right: string, bound = ''): Line => ({
  number,
  fault,
  right,
  bound,
});

const TIMED_OUT = '`UPSTREAM_TIMEOUT` on its path; its siblings are there';

/** The promise, line by line; docs/faults.md shows it. */
export const LINES: readonly Line[] = [
  line('1', 'Refold is slow', TIMED_OUT, '5 s'),
  line('2', 'Refold hangs before the headers of its answer', TIMED_OUT, '5 s'),
  line('3', 'Refold hangs or drips after the headers', TIMED_OUT, '5 s'),
  line('4', 'JSON is cut off', 'one such answer is hidden; else `UPSTREAM_BAD_RESPONSE`', '5 s'),
  line(
    '5',
    'HTML, nothing or another shape, with a 200',
    '`UPSTREAM_BAD_RESPONSE`; it is never shown as null, and never remembered',
    'at once',
  ),
  line(
    '6',
    'A huge body, a gzip bomb, endless headers',
    'cut off at the limit; memory stays below twice that',
    'at once',
  ),
  line('7', '429 with a `Retry-After` that fits the deadline', 'it waits, and succeeds', '5 s'),
  line(
    '8',
    '429 with none, or one that is too long, a date, garbage or negative',
    '`RATE_LIMITED` with a believable `retryAfterMs`; that budget pauses',
    '10 ms',
  ),
  line('9', '401', '`UNAUTHENTICATED`; what was remembered for these credentials is forgotten', 'at once'),
  line('10', '400, 403, 404', 'the code that [errors.md](errors.md) says', 'at once'),
  line('11', 'One 5xx', 'nobody notices', 'a moment'),
  line(
    '12',
    '5xx for a minute',
    'what is known is shown with its time; the rest is refused at once',
    'back within 6 s of its recovery',
  ),
  line('12b', 'One account, one id or one route fails or hangs', 'everybody else is unharmed'),
  line(
    '13',
    'A change gets a 5xx, a reset, an answer cut at any byte, or its caller leaves',
    '`outcome: "UNKNOWN"` where nobody can tell; it is never sent twice',
    '5 s',
  ),
  line(
    '14',
    'The connection is refused',
    'hidden for reads if it passes, else `UPSTREAM_UNAVAILABLE`',
    '2 s',
  ),
  line('15', 'A kept connection is reset', 'hidden for reads', '2 s'),
  line('16', 'The name of Refold cannot be looked up', '`UPSTREAM_UNAVAILABLE`', '2 s'),
  line(
    '17',
    'A certificate that has expired, is for another name, or self-signed',
    '`UPSTREAM_UNAVAILABLE`; it is not tried again',
    '2 s',
  ),
  line('18', 'A redirect', '`UPSTREAM_BAD_RESPONSE`; no credentials leave', 'at once'),
  line('19', 'Redis is down, or fails over', 'full service', '50 ms, once'),
  line('20', 'Redis is slow, frozen or a black hole', 'full service', '50 ms, once'),
  line(
    '21',
    'Redis is flushed, out of memory, answers garbage or wants a password',
    'full service; nothing runs twice',
    '50 ms, once',
  ),
  line(
    '22',
    'The client goes away',
    'its calls are called off, unless somebody else waits for them',
    '100 ms',
  ),
  line(
    '23',
    'Slow heads, slow bodies, answers that nobody reads, idle connections',
    '408, or the connection is closed; others are unharmed, and memory is bounded',
    '15 s',
  ),
  line(
    '24',
    'SIGTERM with 500 requests in flight',
    'every answer is given, and none is an error because of it',
    '10 s',
  ),
  line(
    '25',
    'One of two replicas is killed; both are restarted in turn',
    'only what the killed one had in flight fails; a restart fails nothing',
    '10 s',
  ),
  line(
    '26',
    'The event loop, memory or a queue is under pressure',
    '503 `OVERLOADED` with `Retry-After`; what is accepted stays fast',
    '50 ms',
  ),
  line(
    '27',
    'The time of day jumps ten minutes either way',
    'limits, circuits and freshness are unharmed; tokens have their minute of leeway, by the time of day',
  ),
  line(
    '28',
    'Tokens that are malformed, expired, unsigned, for another audience or huge',
    '401; nothing is forwarded',
    '5 ms',
  ),
  line(
    '29',
    'The published keys are down, slow, huge or change',
    'known keys go on for a day; without any it is `UPSTREAM_UNAVAILABLE`, and nothing is forwarded',
    '2 s',
  ),
  line(
    '30',
    "A asks for B's ids, cursors, jobs or mutation ids",
    'the same answer as for unknown ones, in text and in time',
  ),
  line('31', 'Ten thousand accounts', 'memory is bounded and flat'),
  line('32', 'One account asks a hundred times as much', 'only that one is limited'),
  line('33', 'An operation that needs more than 25 calls', 'refused with its cost', '5 ms'),
  line('34', 'Documents and variables that are bombs', '400 with one error; nobody else waits', '20 ms'),
  line(
    '35',
    'Two replicas are restarted in turn, or one is killed, while somebody watches',
    'every viewer is back by itself and ends with the true state; who goes on by cursor is told each end once',
    'some seconds',
  ),
  line('36', 'Redis goes away while somebody watches', 'viewers stay, and are told every change once'),
  line('37', 'Viewers come and go, for ten minutes', 'nothing of them is left, and memory is flat'),
  line(
    '38',
    'Eight accounts are watched at once',
    'nobody is told of a run of another account, or goes on with its cursor',
  ),
  line(
    '39',
    'Refold fails while somebody watches',
    'viewers stay, and are told nothing wrong; `asOf` says from when what they see is; then it goes on',
  ),
  line(
    '40',
    'A session token is revoked while somebody watches with it',
    'those viewers end with `UNAUTHENTICATED`, and nobody else does',
    'the next reading',
  ),
  line(
    '41',
    'Rows vanish, go back from an end, come late, at one moment, thousands at once, or unasked',
    'each run is told once, and what has ended stays ended; where too much has happened it begins again',
  ),
];
