/** The fields of a message of Protocol Buffers, by their numbers. One that is not there has no values. */
export interface Fields {
  readonly numbers: (field: number) => readonly bigint[];
  /** Texts, messages, and numbers of a fixed length, as they came. */
  readonly bytes: (field: number) => readonly Buffer[];
  readonly texts: (field: number) => readonly string[];
  readonly messages: (field: number) => readonly Fields[];
}

/** How many bytes follow, by the type of the value. */
const FIXED: Readonly<Record<number, number>> = { 1: 8, 5: 4 };
const VARINT = 0;
const DELIMITED = 2;

/** Reads a message. @throws Error where it is none */
export function fieldsOf(message: Buffer): Fields {
  const numbers = new Map<number, bigint[]>();
  const bytes = new Map<number, Buffer[]>();
  let at = 0;
  const varint = (): bigint => {
    for (let value = 0n, shift = 0n; ; shift += 7n) {
      const byte = message.readUInt8(at++);
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  const take = (length: number): Buffer => {
    at += length;
    if (at > message.length) throw new Error('A message breaks off');
    return message.subarray(at - length, at);
  };
  while (at < message.length) {
    const tag = Number(varint());
    const [field, type] = [tag >> 3, tag & 7];
    if (type === VARINT) {
      add(numbers, field, varint());
      continue;
    }
    const length = type === DELIMITED ? Number(varint()) : FIXED[type];
    if (length === undefined) throw new Error(`There is no type ${String(type)}`);
    add(bytes, field, take(length));
  }
  const bytesOf = (field: number) => bytes.get(field) ?? [];
  return {
    numbers: (field) => numbers.get(field) ?? [],
    bytes: bytesOf,
    texts: (field) => bytesOf(field).map((value) => value.toString('utf8')),
    messages: (field) => bytesOf(field).map(fieldsOf),
  };
}

function add<T>(values: Map<number, T[]>, field: number, value: T): void {
  const known = values.get(field);
  if (known === undefined) values.set(field, [value]);
  else known.push(value);
}
