import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect, test } from '@jest/globals';

const at = (file: string) => JSON.stringify(new URL(`../../src/observability/${file}`, import.meta.url).href);

/** Logs a thousand lines of 4 kB, ten at once, and says what has become of them. */
const PROGRAM = `
  import { setImmediate } from 'node:timers/promises';
  import { createLogger } from ${at('logger.ts')};
  import { createLogCounts } from ${at('log-counts.ts')};
  import { createMetrics } from ${at('metrics.ts')};
  const logCounts = createLogCounts();
  const logger = createLogger('info', undefined, logCounts);
  const metrics = createMetrics({ logCounts });
  for (let turn = 0; turn < 100; turn++) {
    for (let line = 0; line < 10; line++) logger.info('x'.repeat(4000));
    await setImmediate();
  }
  process.stderr.write((await metrics.print()).text);
  process.exit();
`;

test('lines that a full disk takes no more of are counted', async () => {
  const full = await open('/dev/full', 'w');
  const child = spawn(process.execPath, ['--input-type=module', '--eval', PROGRAM], {
    stdio: ['ignore', full.fd, 'pipe'],
    env: { NODE_NO_WARNINGS: '1' },
  }) as ChildProcessByStdio<null, null, Readable>;
  const [said] = await Promise.all([text(child.stderr), once(child, 'close')]);
  await full.close();
  const [, lost] = /^refold_gateway_log_lines_lost_total (\d+)$/m.exec(said) ?? [];
  expect(said).toContain('refold_gateway_log_lines_total{level="info"} 1000\n');
  // A megabyte is kept: about 260 of them.
  expect(Number(lost)).toBeGreaterThan(700);
  expect(Number(lost)).toBeLessThan(760);
});
