import { afterEach, expect, test } from '@jest/globals';
import { blocksIn, isShared, programOf, runProgram, type Program } from '../support/documented-client.ts';
import { startGateway, startServer, startUpstream, stopAll } from '../support/gateway.ts';

const programs: Program[] = [];

afterEach(async () => {
  for (const program of programs.splice(0)) await program.stop();
  await stopAll();
});

const HOUR_MS = 3_600_000;
const OFTEN = { LIVE_FAST_MS: '100', LIVE_SLOW_MS: '100' };

const EXAMPLES = blocksIn('js')
  .filter((block) => !isShared(block))
  .map((example) => {
    const packages = [...example.matchAll(/ from '(.*)';$/gm)].map(([, name]) => name);
    // A cursor is sent by what wraps its client, which not every one has.
    return { title: packages.join(', '), example, resumes: example.includes('resuming(') };
  });

test('there is an example for each client', () => {
  expect(EXAMPLES.map(({ title }) => title.split(',')[0])).toEqual([
    'graphql-ws',
    'graphql-sse',
    '@apollo/client',
    '@apollo/client',
    '@urql/core',
  ]);
});

test.each(EXAMPLES)(
  'the example of $title goes on when its gateway was away',
  async ({ example, resumes }) => {
    const upstream = await startUpstream();
    const begin = () =>
      upstream.addExecutions({ account: 'demo@example.com', durationMs: HOUR_MS, endStatus: 'ERRORED' })[0] ??
      '';
    const tokens = await startServer((_request, response) => {
      response.end(JSON.stringify({ token: 'session-demo' }));
    });
    const [first, second] = [begin(), begin()];
    const gateway = await startGateway({ upstream, env: OFTEN });
    const program = runProgram(programOf(example, gateway.url, tokens));
    programs.push(program);

    await program.untilPrinted(`PRESENT ${first} RUNNING`);
    await gateway.app.stop();
    upstream.advanceClock(HOUR_MS);
    const third = begin();
    await startGateway({ upstream, env: { ...OFTEN, PORT: new URL(gateway.url).port } });
    await program.untilPrinted(`${resumes ? 'ENDED' : 'PRESENT'} ${second} ERRORED`);
    await program.untilPrinted(`${resumes ? 'CREATED' : 'PRESENT'} ${third} RUNNING`);
    upstream.advanceClock(HOUR_MS);
    await program.untilPrinted(`ENDED ${third} ERRORED`);
    expect(program.printed()).not.toMatch(/^over$|Error/m);
  },
);

test('what is told is merged by the id, the newest first', async () => {
  const [one, other] = ['2026-11-26T10:00:00Z', '2026-11-26T11:00:00Z'].map((createdAt, id) => ({
    id,
    createdAt,
  }));
  const frame = { changes: [{ execution: other }, { execution: { ...one, status: 'COMPLETED' } }] };
  const asked = `console.log(JSON.stringify(merge(${JSON.stringify([one])}, ${JSON.stringify(frame)})));`;
  const program = runProgram(programOf(asked, '', ''));
  programs.push(program);
  await program.untilPrinted(JSON.stringify([other, { ...one, status: 'COMPLETED' }]));
  expect(one).not.toHaveProperty('status');
});
