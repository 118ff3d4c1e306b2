/** Many who watch: what they are told, what that costs upstream, and what it takes of the process. */
import { parseArgs } from 'node:util';
import { measureCalls } from './live/calls.ts';
import { measureCurve } from './live/curve.ts';
import { measureDelivery } from './live/delivery.ts';
import { measureWebhooks } from './live/webhooks.ts';
import { printFindings, type Finding } from './table.ts';

/** How long each part takes, and how many watch. */
export interface LiveOptions {
  readonly seconds: number;
  readonly viewers: number;
  /** How many viewers each point of the curve has. */
  readonly levels: readonly number[];
}

type Part = (options: LiveOptions) => Promise<Finding[]>;

/** By the name that picks one of them. */
const PARTS: Readonly<Record<string, Part>> = {
  delivery: ({ viewers, seconds }) => measureDelivery({ viewers, seconds }),
  calls: ({ seconds }) => measureCalls(seconds),
  webhooks: ({ seconds }) => measureWebhooks(seconds),
  curve: ({ levels, seconds }) => measureCurve({ levels, seconds: seconds / 2 }),
};

/** Measures all parts, or those named. */
export async function measureLive(
  options: LiveOptions,
  parts: readonly string[] = Object.keys(PARTS),
): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const name of parts) {
    const measure = PARTS[name];
    if (measure === undefined) throw new Error(`No part is called ${name}: ${Object.keys(PARTS).join(', ')}`);
    findings.push(...(await measure(options)));
  }
  return findings;
}

if (import.meta.main) {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      seconds: { type: 'string', default: '30' },
      viewers: { type: 'string', default: '1000' },
      levels: { type: 'string', default: '0,1000,2500,5000,10000' },
    },
  });
  const options = {
    seconds: Number(values.seconds),
    viewers: Number(values.viewers),
    levels: values.levels.split(',').map(Number),
  };
  printFindings(await measureLive(options, positionals.length === 0 ? undefined : positionals));
}
