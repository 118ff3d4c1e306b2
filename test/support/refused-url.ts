/** Where nobody listens, and nobody begins to while a test runs: a port this low is given to no server that asks for any. */
export const REFUSED_URL = 'http://127.0.0.1:1';
