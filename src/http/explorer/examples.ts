import { readFile } from 'node:fs/promises';

/** An operation to begin with. */
export interface Example {
  readonly title: string;
  readonly text: string;
}

const DOCS = new URL('../../../docs/', import.meta.url);

/** The questions of the guide, and a subscription; none where the documentation is not installed. */
export async function readExamples(): Promise<Example[]> {
  const [guide, live] = await Promise.all([textOf('guide.md'), textOf('live.md')]);
  const questions = guide.split(/^## /m).slice(1).map(exampleOf);
  const watched = { title: `${String(questions.length + 1)}. What happens now?`, text: operationOf(live) };
  return [...questions, watched].filter(({ text }) => text !== '');
}

function exampleOf(section: string): Example {
  return { title: section.slice(0, section.indexOf('\n')), text: operationOf(section) };
}

/** The first operation of a part of a page. */
function operationOf(text: string): string {
  return /^```graphql\n(.*?)\n```$/ms.exec(text)?.[1] ?? '';
}

async function textOf(page: string): Promise<string> {
  return readFile(new URL(page, DOCS), 'utf8').catch(() => '');
}
