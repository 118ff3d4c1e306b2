import { changeMessages } from './messages/change.ts';
import { commonMessages } from './messages/common.ts';
import { filterMessages } from './messages/filters.ts';
import { listMessages } from './messages/list.ts';
import { overviewMessages } from './messages/overview.ts';
import { runMessages } from './messages/run.ts';

/** All words that the parts say, in English. */
export const englishMessages = {
  change: changeMessages,
  common: commonMessages,
  filters: filterMessages,
  list: listMessages,
  overview: overviewMessages,
  run: runMessages,
};

/** The words in another language: what is left out is said in English. */
export type Messages = {
  readonly [Section in keyof AllMessages]?: Partial<AllMessages[Section]>;
};

/** Every word. */
export type AllMessages = typeof englishMessages;

/** Fills what a translation leaves out. */
export function completeMessages(messages: Messages): AllMessages {
  const sections = Object.entries(englishMessages).map(([section, words]) => [
    section,
    { ...words, ...messages[section as keyof AllMessages] },
  ]);
  return Object.fromEntries(sections) as AllMessages;
}
