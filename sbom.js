import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { URL } from 'node:url';

// Prints what the gateway is made of in production, as a CycloneDX document. With `--omit dev`, npm 11 leaves out what
// development needs too, such as graphql and zod. So it is asked about a project that has no development, and no other
// packages beside it: those are not in the image.

const ROOT = new URL('./', import.meta.url);
const read = (name) => JSON.parse(readFileSync(new URL(name, ROOT), 'utf8'));
const alone = (manifest) => ({ ...manifest, devDependencies: {}, workspaces: [] });

const manifest = alone(read('package.json'));
const lock = read('package-lock.json');
lock.packages = Object.fromEntries(
  Object.entries(lock.packages)
    .filter(([path, { dev, link }]) => dev !== true && link !== true && !path.startsWith('packages/'))
    .map(([path, entry]) => [path, path === '' ? alone(entry) : entry]),
);

const workplace = mkdtempSync(join(tmpdir(), 'sbom-'));
try {
  // npm names the whole after its folder.
  const folder = join(workplace, manifest.name);
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  writeFileSync(join(folder, 'package-lock.json'), JSON.stringify(lock));
  // Leaves out what only the packages beside it need.
  spawnSync('npm', ['install', '--package-lock-only', '--offline', '--ignore-scripts'], { cwd: folder });
  const args = ['sbom', '--package-lock-only', '--sbom-format', 'cyclonedx', '--sbom-type', 'application'];
  process.exitCode = spawnSync('npm', args, { cwd: folder, stdio: 'inherit' }).status ?? 1;
} finally {
  rmSync(workplace, { recursive: true });
}
