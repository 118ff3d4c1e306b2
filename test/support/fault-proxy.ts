import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createRandom, type Random } from './random.ts';

/** What goes wrong between two sockets; each holds for what comes from now on, on connections old and new. */
export interface Disturbance {
  /** How long each piece is held back. */
  readonly latencyMs: number;
  /** Up to how much longer, by the seed. */
  readonly jitterMs: number;
  /** How many bytes a second pass, each way. */
  readonly bytesPerSecond: number;
  /** Up to how many bytes stay together, by the seed. */
  readonly sliceBytes: number;
  /** How many bytes of answers pass on each connection before it is cut; of questions. */
  readonly answerBytes: number;
  readonly questionBytes: number;
  /** How it is cut: in order, or by a reset. */
  readonly cut: 'end' | 'reset';
  /** How long the end of one side is kept from the other. */
  readonly closeDelayMs: number;
  /** Connections are taken, and nothing passes. */
  readonly blackHole: boolean;
  /** New connections are reset at once. */
  readonly refuses: boolean;
}

/** Nothing goes wrong. */
const NONE: Disturbance = {
  latencyMs: 0,
  jitterMs: 0,
  bytesPerSecond: Infinity,
  sliceBytes: Infinity,
  answerBytes: Infinity,
  questionBytes: Infinity,
  cut: 'end',
  closeDelayMs: 0,
  blackHole: false,
  refuses: false,
};

/** A way to a server over TCP, on which things go wrong. */
export interface FaultProxy {
  /** The server's URL, by way of the proxy. */
  readonly url: string;
  /** Connections that it has taken so far. */
  readonly taken: () => number;
  /** Bytes that a black hole has swallowed so far. */
  readonly lost: () => number;
  /** What goes wrong from now on; what is left out does not. */
  disturb(disturbance: Partial<Disturbance>): void;
  /** Resets every connection that there is. */
  reset(): void;
  stop(): Promise<void>;
}

/** One end's way to the other. */
interface Way {
  readonly from: Socket;
  readonly to: Socket;
  readonly limit: 'answerBytes' | 'questionBytes';
  readonly current: () => Disturbance;
  readonly lose: (bytes: number) => void;
  readonly random: Random;
  readonly signal: AbortSignal;
}

/** Starts one on a free port. The seed decides about jitter and slices. */
export async function startFaultProxy(target: string, seed = 1): Promise<FaultProxy> {
  const { hostname, port } = new URL(target);
  const random = createRandom(seed);
  const stopping = new AbortController();
  const sockets = new Set<Socket>();
  let current = NONE;
  let taken = 0;
  let lost = 0;
  const keep = (socket: Socket) => {
    sockets.add(socket.setNoDelay());
    socket.on('error', () => socket.destroy());
    socket.once('close', () => sockets.delete(socket));
  };

  const server = createServer({ allowHalfOpen: true }, (near) => {
    taken += 1;
    keep(near);
    if (current.refuses) {
      near.resetAndDestroy();
      return;
    }
    const far = connect({ port: Number(port), host: hostname, allowHalfOpen: true });
    keep(far);
    const shared = {
      current: () => current,
      lose: (bytes: number) => void (lost += bytes),
      random,
      signal: stopping.signal,
    };
    for (const way of [
      { ...shared, from: near, to: far, limit: 'questionBytes' },
      { ...shared, from: far, to: near, limit: 'answerBytes' },
    ] as const) {
      // Whatever breaks one way breaks the other.
      pass(way).catch(() => {
        near.destroy();
        far.destroy();
      });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(target);
  url.port = String((server.address() as AddressInfo).port);

  const reset = () => {
    for (const socket of sockets) socket.resetAndDestroy();
  };
  return {
    url: url.href.replace(/\/$/, ''),
    taken: () => taken,
    lost: () => lost,
    disturb: (disturbance) => {
      current = { ...NONE, ...disturbance };
    },
    reset,
    stop: async () => {
      stopping.abort();
      const closed = once(server, 'close');
      server.close();
      reset();
      await closed;
    },
  };
}

/** Passes on what comes one way, until it ends or is cut. */
async function pass({ from, to, limit, current, lose, random, signal }: Way): Promise<void> {
  let passed = 0;
  for await (const chunk of from as AsyncIterable<Buffer>) {
    for (let rest = chunk; rest.length > 0;) {
      const { blackHole, sliceBytes, latencyMs, jitterMs, bytesPerSecond, cut, [limit]: most } = current();
      if (blackHole) {
        lose(rest.length);
        break;
      }
      const slice = sliceBytes === Infinity ? rest.length : 1 + random.below(sliceBytes);
      const piece = rest.subarray(0, Math.min(slice, most - passed));
      rest = rest.subarray(piece.length);
      const heldMs = latencyMs + random.below(jitterMs + 1) + (piece.length / bytesPerSecond) * 1000;
      if (heldMs > 0) await sleep(heldMs, undefined, { signal });
      if (!to.write(piece)) await once(to, 'drain', { signal });
      passed += piece.length;
      if (passed >= most) {
        await cutOff(from, to, cut);
        return;
      }
    }
  }
  const { closeDelayMs, blackHole } = current();
  if (closeDelayMs > 0) await sleep(closeDelayMs, undefined, { signal });
  if (!blackHole) to.end();
}

/** Ends a connection of which nothing more is to pass. */
async function cutOff(from: Socket, to: Socket, how: Disturbance['cut']): Promise<void> {
  // What is on its way out still goes out.
  await new Promise((resolve) => to.write('', resolve));
  for (const socket of [from, to]) {
    if (how === 'reset') socket.resetAndDestroy();
    else socket.destroy();
  }
}
