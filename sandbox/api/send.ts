import type { ServerResponse } from 'node:http';

import { errorBody } from './error-body.ts';
import type { Fault } from '../control/faults.ts';
import type { Outcome } from '../control/journal.ts';
import type { Traits } from './traits.ts';

/** An answer before it is sent. */
export interface Answer {
  readonly status: number;
  /** Sent as JSON. */
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

const JSON_TYPE = 'application/json; charset=utf-8';
const HTML_PAGE = '<!DOCTYPE html><html><body><h1>Bad gateway</h1></body></html>\n';
const CHUNK_BYTES = 65_536;

/** Sends an answer as JSON. */
export function sendJson(response: ServerResponse, answer: Answer): void {
  const text = JSON.stringify(answer.body);
  response.writeHead(answer.status, {
    'content-type': JSON_TYPE,
    'content-length': Buffer.byteLength(text),
    ...answer.headers,
  });
  response.end(text);
}

function bodyText(fault: Fault, answer: Answer, traits: Traits): string {
  if (typeof fault.body === 'string') return fault.body;
  if (fault.body !== undefined) return JSON.stringify(fault.body);
  if (fault.contentType?.includes('html') === true) return HTML_PAGE;
  if (fault.status === undefined || fault.status < 400) return JSON.stringify(answer.body);
  return JSON.stringify(errorBody(fault.status, 'A fault of the sandbox', traits));
}

function sendHuge(response: ServerResponse, bytes: number): void {
  const chunk = 'x'.repeat(CHUNK_BYTES);
  let left = bytes;
  const fill = (): void => {
    while (left > 0 && !response.destroyed) {
      left -= chunk.length;
      if (!response.write(chunk)) return;
    }
    if (!response.destroyed && !response.writableEnded) response.end('"}');
  };
  response.on('drain', fill);
  response.write('{"docs":[],"padding":"');
  fill();
}

function sendFaulty(
  response: ServerResponse,
  answer: Answer,
  fault: Fault,
  traits: Traits,
  settle: (outcome: Outcome) => void,
): void {
  if (fault.reset === true) {
    settle('reset');
    response.socket?.resetAndDestroy();
    return;
  }
  if (fault.hang === 'before-headers') {
    settle('hang');
    return;
  }
  const status = fault.status ?? answer.status;
  const text = bodyText(fault, answer, traits);
  const isHuge = fault.hugeBytes !== undefined;
  settle(status);
  response.writeHead(status, {
    ...answer.headers,
    'content-type': fault.contentType ?? JSON_TYPE,
    ...(isHuge ? {} : { 'content-length': Buffer.byteLength(text) }),
    ...(fault.retryAfter === undefined ? {} : { 'retry-after': String(fault.retryAfter) }),
  });
  if (fault.hang === 'after-headers') {
    response.flushHeaders();
  } else if (fault.truncate === true) {
    response.write(text.slice(0, Math.ceil(text.length / 2)), () => response.destroy());
  } else if (fault.hugeBytes !== undefined) {
    sendHuge(response, fault.hugeBytes);
  } else {
    response.end(text);
  }
}

/** Sends an answer late and as faulty as asked for, and tells once how the request ended. */
export function send(
  response: ServerResponse,
  answer: Answer,
  how: { readonly fault: Fault | null; readonly latencyMs: number; readonly traits: Traits },
  settle: (outcome: Outcome) => void,
): void {
  const { fault, traits } = how;
  const deliver = (): void => {
    if (response.destroyed) return;
    if (fault !== null) {
      sendFaulty(response, answer, fault, traits, settle);
      return;
    }
    settle(answer.status);
    sendJson(response, answer);
  };
  const delayMs = how.latencyMs + (fault?.delayMs ?? 0);
  if (delayMs === 0) {
    deliver();
    return;
  }
  const timer = setTimeout(deliver, delayMs);
  response.once('close', () => {
    clearTimeout(timer);
  });
}
