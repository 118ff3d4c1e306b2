/** How the value of a field is written. */
const VARINT = 0;
const FIXED_64 = 1;
const DELIMITED = 2;
const FIXED_32 = 5;

/** What a number of 64 bits, or the length of a message, takes at the most. */
const MAX_VARINT_BYTES = 10;
/** What a character of a text takes at the most. */
const MAX_CHARACTER_BYTES = 3;
const TWO_TO_32 = 2 ** 32;

/** What is reserved; where a batch has taken much more, that is given back. */
const USUAL_BYTES = 262_144;

/** Writes a message of Protocol Buffers into memory that it uses again. Fields come in the order in which they are told. */
export class ProtobufWriter {
  #bytes = Buffer.allocUnsafeSlow(USUAL_BYTES);
  #at = 0;

  /** How much has been written, in bytes. */
  get length(): number {
    return this.#at;
  }

  /** A copy of what has been written from a place on. */
  since(start: number): Buffer {
    return Buffer.from(this.#bytes.subarray(start, this.#at));
  }

  /** A copy of all that has been written; nothing is left. */
  take(): Buffer {
    const taken = this.since(0);
    this.#at = 0;
    if (this.#bytes.length > 4 * USUAL_BYTES) this.#bytes = Buffer.allocUnsafeSlow(USUAL_BYTES);
    return taken;
  }

  /** @param value a whole number from -2^63 up to, but without, 2^63 */
  varint(field: number, value: number): void {
    this.#head(field, VARINT, MAX_VARINT_BYTES);
    if (value >= 0 && value < TWO_TO_32) this.#small(value);
    else this.#large(value);
  }

  /** A number of 64 bits, by its halves. */
  fixed64(field: number, high: number, low: number): void {
    this.#head(field, FIXED_64, 8);
    this.#uint32(low);
    this.#uint32(high);
  }

  fixed32(field: number, value: number): void {
    this.#head(field, FIXED_32, 4);
    this.#uint32(value);
  }

  double(field: number, value: number): void {
    this.#head(field, FIXED_64, 8);
    this.#at = this.#bytes.writeDoubleLE(value, this.#at);
  }

  text(field: number, text: string): void {
    const { length } = text;
    this.#head(field, DELIMITED, length * MAX_CHARACTER_BYTES + MAX_VARINT_BYTES);
    const start = this.#at;
    this.#small(length);
    const bytes = this.#bytes;
    let at = this.#at;
    for (let i = 0; i < length; i++) {
      const code = text.charCodeAt(i);
      if (code > 0x7f) {
        this.#at = start;
        this.#utf8(text);
        return;
      }
      bytes[at++] = code;
    }
    this.#at = at;
  }

  /** @param hex lower case */
  hex(field: number, hex: string): void {
    const { length } = hex;
    this.#head(field, DELIMITED, length);
    this.#small(length / 2);
    const bytes = this.#bytes;
    let at = this.#at;
    for (let i = 0; i < length; i += 2)
      bytes[at++] = (digit(hex.charCodeAt(i)) << 4) | digit(hex.charCodeAt(i + 1));
    this.#at = at;
  }

  /** Bytes that are a message already. */
  message(field: number, bytes: Uint8Array): void {
    this.#head(field, DELIMITED, MAX_VARINT_BYTES);
    this.#small(bytes.length);
    this.fields(bytes);
  }

  /** Fields that have been written already. */
  fields(bytes: Uint8Array): void {
    this.#room(bytes.length);
    this.#bytes.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  /** Begins a message within this one. @returns where its length stands: one byte, until it is closed */
  open(field: number): number {
    this.#head(field, DELIMITED, 1);
    return this.#at++;
  }

  /** Ends the message that was begun last. */
  close(opened: number): void {
    const start = opened + 1;
    const length = this.#at - start;
    if (length <= 0x7f) {
      this.#bytes[opened] = length;
      return;
    }
    // The length of what is longer takes more than that byte.
    this.#room(MAX_VARINT_BYTES);
    this.#bytes.copyWithin(start + bytesFor(length) - 1, start, this.#at);
    this.#at = opened;
    this.#small(length);
    this.#at += length;
  }

  /** @param room what the value takes at the most, in bytes */
  #head(field: number, type: number, room: number): void {
    this.#room(room + MAX_VARINT_BYTES);
    this.#small((field << 3) | type);
  }

  #room(bytes: number): void {
    const needed = this.#at + bytes;
    if (needed <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(needed * 2);
    larger.set(this.#bytes.subarray(0, this.#at));
    this.#bytes = larger;
  }

  /** @param value whole, from 0 up to, but without, 2^32 */
  #small(value: number): void {
    let rest = value >>> 0;
    while (rest > 0x7f) {
      this.#bytes[this.#at++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.#bytes[this.#at++] = rest;
  }

  #large(value: number): void {
    let rest = BigInt.asUintN(64, BigInt(value));
    while (rest > 0x7fn) {
      this.#bytes[this.#at++] = Number(rest & 0x7fn) | 0x80;
      rest >>= 7n;
    }
    this.#bytes[this.#at++] = Number(rest);
  }

  #uint32(value: number): void {
    const bytes = this.#bytes;
    const at = this.#at;
    bytes[at] = value;
    bytes[at + 1] = value >>> 8;
    bytes[at + 2] = value >>> 16;
    bytes[at + 3] = value >>> 24;
    this.#at = at + 4;
  }

  #utf8(text: string): void {
    this.#small(Buffer.byteLength(text));
    this.#at += this.#bytes.write(text, this.#at);
  }
}

/** What the length of a message takes. */
function bytesFor(length: number): number {
  let bytes = 1;
  for (let rest = length >>> 7; rest > 0; rest >>>= 7) bytes++;
  return bytes;
}

/** The value of a digit in hexadecimal, by its character. */
function digit(code: number): number {
  return (code & 0xf) + (code >> 6) * 9;
}
