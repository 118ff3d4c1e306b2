/** A server's host, by its name or IP address, and its port. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** Who signs in to a server: without a password nobody does. */
export interface Login {
  /** Null: Redis's own default. */
  readonly username: string | null;
  readonly password: string | null;
}

/** How a server must prove who it is, and how this process does. All but names in PEM; null: what Node.js does by itself. */
export interface RedisTls {
  /** The authorities that are trusted, in the place of the usual ones. */
  readonly ca: string | null;
  /** What this process is known by. */
  readonly cert: string | null;
  readonly key: string | null;
  /** The name that certificates must be for, whatever the address. */
  readonly serverName: string | null;
}

/** Which Redis it is, and how to get in. */
export interface RedisTarget {
  /** The server itself, its sentinels, or some nodes of its cluster. */
  readonly addresses: readonly [Address, ...Address[]];
  readonly login: Login;
  readonly database: number;
  /** What the sentinels call their master, and how they are asked; null: there are none. */
  readonly sentinel: { readonly masterName: string; readonly login: Login } | null;
  readonly isCluster: boolean;
  /** Null: in the clear. */
  readonly tls: RedisTls | null;
}
