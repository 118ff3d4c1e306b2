export const JSON_TYPE = { 'content-type': 'application/json' };

export const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

export async function post(endpoint: string, body: string, headers: Record<string, string> = JSON_TYPE) {
  return read(await fetch(endpoint, { method: 'POST', headers, body }));
}

export async function get(endpoint: string, query: string, headers: Record<string, string> = {}) {
  return read(await fetch(`${endpoint}?${new URLSearchParams({ query }).toString()}`, { headers }));
}

export async function read(response: Response) {
  return { status: response.status, headers: response.headers, text: await response.text() };
}
