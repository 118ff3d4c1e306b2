import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

/** What `promtool check metrics` says of a text in Prometheus's format: nothing, where all is well. */
export async function checkMetrics(metrics: string): Promise<string> {
  const child = spawn('promtool', ['check', 'metrics']);
  const closed = once(child, 'close');
  child.stdin.end(metrics);
  const said = await Promise.all([text(child.stdout), text(child.stderr)]);
  await closed;
  return said.join('');
}
