/** What is written next: look-ups batched and de-duplicated within a request by DataLoader. */
import { createLookups } from './lookups.ts';
import { read } from './rest.ts';
import { startPeerServer } from './server.ts';

await startPeerServer((authorization) => createLookups(read, authorization));
