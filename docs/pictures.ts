import { copyFile, mkdir } from 'node:fs/promises';
import path from 'node:path';

/** Which pictures that the tests take are shown in the docs, and by what names. */
const SHOWN = {
  'list-wide-light': 'list-light',
  'run-failed-wide-dark': 'run-dark',
  'list-phone-light': 'mobile-light',
};

const ROOT = path.resolve(import.meta.dirname, '..');
await mkdir(path.join(ROOT, 'docs/pictures'), { recursive: true });
for (const [taken, shown] of Object.entries(SHOWN)) {
  await copyFile(
    path.join(ROOT, 'pictures', `${taken}.png`),
    path.join(ROOT, 'docs/pictures', `${shown}.png`),
  );
}
