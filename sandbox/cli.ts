import { helpText, parseCliOptions } from './cli-options.ts';
import { InvalidInput } from './api/errors.ts';
import { startSandbox } from './server.ts';
import type { SandboxOptions } from './server.ts';
import { API_KEY } from './api/upstream.ts';

async function run(options: SandboxOptions): Promise<void> {
  const sandbox = await startSandbox(options);
  const query = 'page=1&limit=10&status=All&execution_source=All';
  console.log(
    [
      `The sandbox answers at ${sandbox.url}/api/v2/public`,
      '',
      `  API key         ${API_KEY}, with the header linked_account_id`,
      '  linked accounts demo@example.com, other@example.com',
      '  session tokens  session-demo, session-other',
      '',
      `curl -H 'x-api-key: ${API_KEY}' -H 'linked_account_id: demo@example.com' '${sandbox.url}/api/v2/public/execution?${query}'`,
    ].join('\n'),
  );
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      void sandbox.stop();
    });
  }
}

try {
  const options = parseCliOptions(process.argv.slice(2));
  if (options === 'help') console.log(helpText());
  else await run(options);
} catch (error) {
  const isMistake = error instanceof InvalidInput;
  console.error(`sandbox: ${error instanceof Error ? error.message : String(error)}`);
  if (isMistake) console.error('See npm run sandbox -- --help');
  process.exitCode = isMistake ? 2 : 1;
}
