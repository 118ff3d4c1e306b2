import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { note } from '../table.ts';

const LOCK = 'package-lock.json';
/** What npm writes of what it has installed. */
const INSTALLED = 'node_modules/.package-lock.json';

interface Lock {
  readonly packages: Readonly<
    Record<string, { readonly version?: string; readonly dependencies?: Readonly<Record<string, string>> }>
  >;
}

/** Installs what the peers need beside them, unless it is there already. */
export function installPeers(): void {
  if (isInstalled()) return;
  note('installing the peers, once: about 600 MB');
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  execFileSync('npm', args, { cwd: import.meta.dirname, stdio: ['ignore', 'ignore', 'inherit'] });
}

function isInstalled(): boolean {
  const file = path.join(import.meta.dirname, INSTALLED);
  if (!existsSync(file)) return false;
  const packagesOf = (name: string) => (JSON.parse(readFileSync(name, 'utf8')) as Lock).packages;
  const installed = packagesOf(file);
  const wanted = packagesOf(path.join(import.meta.dirname, LOCK));
  return Object.keys(wanted['']?.dependencies ?? {}).every((name) => {
    const place = `node_modules/${name}`;
    return installed[place]?.version === wanted[place]?.version;
  });
}
