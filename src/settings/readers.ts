import { isIP } from 'node:net';
import { z } from 'zod';

export const text = z.string();
export const flag = z.enum(['true', 'false'], 'must be true or false').transform((value) => value === 'true');

export function whole(min: number, max: number) {
  const range = `must be a whole number from ${String(min)} to ${String(max)}`;
  return z
    .string()
    .regex(/^\d+$/, range)
    .transform(Number)
    .refine((value) => value >= min && value <= max, range);
}

export function positive(max: number) {
  const range = `must be a number above 0 and up to ${String(max)}`;
  return z
    .string()
    .regex(/^\d+(\.\d+)?$/, range)
    .transform(Number)
    .refine((value) => value > 0 && value <= max, range);
}

export const duration = whole(0, 7 * 24 * 3600 * 1000);

/** Comma-separated. */
export const words = z.string().transform((value) =>
  value
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== ''),
);

/** @param allowsQuery whether it may have a query string */
export function httpUrl(allowsQuery: boolean) {
  const without = allowsQuery ? 'user or fragment' : 'user, query or fragment';
  return z.string().transform((value, context) => {
    const url = URL.canParse(value) ? new URL(value) : null;
    if (url !== null && isPlainHttpUrl(url) && (allowsQuery || url.search === '')) return url;
    context.addIssue({ code: 'custom', message: `must be an http or https URL without ${without}` });
    return z.NEVER;
  });
}

/** Whoever copies it from the documentation may take the path of the API with it. */
export const upstreamUrl = httpUrl(false).transform((url) => {
  url.pathname = url.pathname.replace(/\/api\/v2\/public\/?$/, '/');
  return url;
});

function isPlainHttpUrl({ protocol, username, password, hash }: URL): boolean {
  return /^https?:$/.test(protocol) && username + password + hash === '';
}

export const origins = z.string().transform((value, context) => {
  const list = value.split(',').map((origin) => origin.trim());
  if (list.every((origin) => URL.canParse(origin) && new URL(origin).origin === origin)) return list;
  context.addIssue({
    code: 'custom',
    message: 'must be origins such as https://app.example.com, comma-separated',
  });
  return z.NEVER;
});

export const addresses = z.string().transform((value, context) => {
  const list = value.split(',').map((address) => address.trim());
  if (list.every(isAddressRange)) return list;
  context.addIssue({
    code: 'custom',
    message: 'must be addresses or ranges of them such as 10.0.0.0/8, comma-separated',
  });
  return z.NEVER;
});

/** Whether it is an IP address, or a range of them in CIDR notation that is not all there are. */
function isAddressRange(value: string): boolean {
  const [address = '', bits, ...more] = value.split('/');
  const version = isIP(address);
  if (version === 0 || more.length > 0) return false;
  if (bits === undefined) return true;
  return /^[1-9]\d{0,2}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128);
}
