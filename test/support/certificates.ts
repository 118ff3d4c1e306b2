import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';

/** A certificate with its key, in PEM, as a server takes them. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** What a certificate says. */
export interface CertificateOptions {
  /** The address or name of the server that it is for; null: it is an authority's. */
  readonly host: string | null;
  readonly notAfter: Date;
}

/** Signs certificates. */
export interface Authority {
  /** Its own, for whoever is to trust it. */
  readonly cert: string;
  issue(options: CertificateOptions): Certificate;
}

/** A pair of keys that signs. */
interface Signer {
  readonly name: string;
  readonly privateKey: KeyObject;
}

const EC = { namedCurve: 'prime256v1' } as const;
const [SEQUENCE, SET, INTEGER, BITS, OCTETS, OID, TEXT, TIME, TRUE] = [
  0x30,
  0x31,
  0x02,
  0x03,
  0x04,
  0x06,
  0x0c,
  0x17,
  Buffer.from([0x01, 0x01, 0xff]),
];
/** The object identifiers, in the bytes that they are written with. */
const ECDSA_WITH_SHA256 = '2a8648ce3d040302';
const COMMON_NAME = '550403';
const BASIC_CONSTRAINTS = '551d13';
const ALTERNATIVE_NAME = '551d11';

/** A value as DER writes it: a tag, a length, and what it holds. */
function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  const { length } = body;
  const size =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), body]);
}

const oid = (hex: string) => der(OID, Buffer.from(hex, 'hex'));
const bits = (bytes: Buffer) => der(BITS, Buffer.from([0]), bytes);
const time = (date: Date) =>
  der(TIME, Buffer.from(`${date.toISOString().replaceAll(/[-:T]/g, '').slice(2, 14)}Z`));
const nameOf = (text: string) =>
  der(SEQUENCE, der(SET, der(SEQUENCE, oid(COMMON_NAME), der(TEXT, Buffer.from(text)))));
const ALGORITHM = der(SEQUENCE, oid(ECDSA_WITH_SHA256));

function extensionFor(host: string | null): Buffer {
  if (host === null) {
    const isAuthority = der(OCTETS, der(SEQUENCE, TRUE));
    return der(SEQUENCE, oid(BASIC_CONSTRAINTS), TRUE, isAuthority);
  }
  const isAddress = /^[\d.]+$/.test(host);
  const name = isAddress ? der(0x87, Buffer.from(host.split('.').map(Number))) : der(0x82, Buffer.from(host));
  return der(SEQUENCE, oid(ALTERNATIVE_NAME), der(OCTETS, der(SEQUENCE, name)));
}

function certify(
  { host, notAfter }: CertificateOptions,
  publicKey: KeyObject,
  subject: string,
  signer: Signer,
): string {
  const body = der(
    SEQUENCE,
    der(0xa0, der(INTEGER, Buffer.from([2]))),
    der(INTEGER, Buffer.from([1])),
    ALGORITHM,
    nameOf(signer.name),
    der(SEQUENCE, time(new Date('2020-01-01')), time(notAfter)),
    nameOf(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, der(SEQUENCE, extensionFor(host))),
  );
  const whole = der(SEQUENCE, body, ALGORITHM, bits(sign('sha256', body, signer.privateKey)));
  return `-----BEGIN CERTIFICATE-----\n${whole.toString('base64')}\n-----END CERTIFICATE-----\n`;
}

const keyOf = (key: KeyObject) => key.export({ type: 'pkcs8', format: 'pem' }).toString();

/** A certificate that nobody but its own key has signed. */
export function selfSigned(options: CertificateOptions): Certificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', EC);
  const signer = { name: 'Nobody', privateKey };
  return { cert: certify(options, publicKey, signer.name, signer), key: keyOf(privateKey) };
}

/** An authority of the test's own. */
export function createAuthority(): Authority {
  const { publicKey, privateKey } = generateKeyPairSync('ec', EC);
  const signer = { name: 'An authority', privateKey };
  return {
    cert: certify({ host: null, notAfter: new Date('2040-01-01') }, publicKey, signer.name, signer),
    issue: (options) => {
      const pair = generateKeyPairSync('ec', EC);
      return { cert: certify(options, pair.publicKey, 'A server', signer), key: keyOf(pair.privateKey) };
    },
  };
}
