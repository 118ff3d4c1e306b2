/** What keeps a request from being answered over the network, in a word for the log. */
export type NetworkCause = 'dns' | 'refused' | 'unreachable' | 'timeout' | 'broken off' | 'tls' | 'network';

/** What network codes say; whatever TLS has to say is `tls`. */
const CAUSES: readonly (readonly [RegExp, NetworkCause])[] = [
  [/^(ENOTFOUND|EAI_\w+)$/, 'dns'],
  [/^ECONNREFUSED$/, 'refused'],
  [/^(ENETUNREACH|EHOSTUNREACH|ENETDOWN|EADDRNOTAVAIL)$/, 'unreachable'],
  [/^ETIMEDOUT$/, 'timeout'],
  [/^(ECONNRESET|EPIPE|ERR_HTTP_CONTENT_LENGTH_MISMATCH|HPE_\w+|UND_ERR_SOCKET)$/, 'broken off'],
  [/CERT|TLS|SSL|SIGNATURE|SELF_SIGNED|UNABLE_TO_|^EPROTO$/, 'tls'],
];

/**
 * What kept a request from being answered.
 * @param code of Node.js, such as `ECONNREFUSED`; empty where there is none
 */
export function networkCauseOf(code: string): NetworkCause {
  return CAUSES.find(([pattern]) => pattern.test(code))?.[1] ?? 'network';
}
