import { describe, expect, test } from '@jest/globals';
import { readReason } from '../../src/domain/reason.ts';

const HTML =
  '<!DOCTYPE html>\n<html lang="en"><head><title> 502\n Bad Gateway </title></head><body>nginx</body></html>';
const json = (value: unknown) => JSON.stringify(value);
const deep = (levels: number): unknown => (levels === 0 ? 'too deep' : { error: deep(levels - 1) });

describe('the reason in a step’s output', () => {
  test.each<[string, unknown, string | null, string | null]>([
    ['null', null, null, null],
    ['nothing', undefined, null, null],
    ['a number', 7, null, null],
    ['a flag', false, null, null],
    ['an empty text', ' \n', null, null],
    ['an empty object', {}, null, null],
    ['an empty list', [], null, null],
    ['an object of other things', { id: 7, active: true, tags: ['vip'] }, null, null],
    ['a text', 'channel_not_found', 'channel_not_found', null],
    ['a text of several lines', ' no\nsuch channel ', 'no\nsuch channel', null],
    ['a text that only starts like JSON', '[Slack] no such channel', '[Slack] no such channel', null],
    ['JSON as text', json({ message: 'gone', code: 'E1' }), 'gone', 'E1'],
    ['JSON in JSON as text', json(json({ message: 'gone' })), json(json({ message: 'gone' })), null],
    ['HTML', HTML, '502 Bad Gateway', null],
    ['HTML without a title', '<html><body>oops</body></html>', null, null],
    ['HTML with an empty title', '<html><title> </title></html>', null, null],
    ['a text with a tag', '<b>gone</b>', '<b>gone</b>', null],

    ['a message', { message: 'gone' }, 'gone', null],
    ['a message and a code', { message: 'gone', code: 'not_found' }, 'gone', 'not_found'],
    ['a message and a number', { message: 'gone', code: 404 }, 'gone', '404'],
    ['a message and a status', { message: 'gone', status: 404 }, 'gone', '404'],
    ['a message and a status in words', { message: 'gone', status: 'error' }, 'gone', null],
    ['a message that is a list', { message: ['a is missing', 'b is missing'] }, 'a is missing', null],
    ['a message that is an object', { message: { text: 'gone' } }, null, null],
    ['a message that is null', { message: null, error: 'gone' }, 'gone', null],
    ['a code that may be anything', { message: 'gone', code: 'a8Zx 91/=' }, 'gone', null],
    ['a code that is an object', { message: 'gone', code: {} }, 'gone', null],
    ['a code alone', { code: 'E_GONE' }, null, 'E_GONE'],

    ['an error as text', { error: 'channel_not_found' }, 'channel_not_found', null],
    ['an error as text beside a status', { ok: false, error: 'gone', status_code: 410 }, 'gone', '410'],
    ['an error as an object', { error: { message: 'gone', code: 403 }, node_id: '2' }, 'gone', '403'],
    ['an error whose code stands outside', { error: { message: 'gone' }, code: 'X1' }, 'gone', 'X1'],
    ['an error within an error', { error: { error: { detail: 'gone' } } }, 'gone', null],
    ['an error without a message', { error: { id: 4 } }, null, null],
    [
      'OAuth’s',
      { error: 'invalid_grant', error_description: 'Token is gone' },
      'Token is gone',
      'invalid_grant',
    ],
    [
      'an error that repeats its status',
      { statusCode: 400, error: 'Bad Request', message: 'email is missing' },
      'email is missing',
      '400',
    ],

    ['errors', { errors: [{ message: 'first' }, { message: 'second' }] }, 'first', null],
    ['errors as texts', { errors: ['first', 'second'] }, 'first', null],
    [
      'errors, of which the second says something',
      { errors: [{}, null, { message: 'second' }] },
      'second',
      null,
    ],
    ['errors by field', { errors: { email: ['is missing'] } }, null, null],
    [
      'a message and errors',
      { message: 'Validation failed', errors: [{ message: 'x' }] },
      'Validation failed',
      null,
    ],
    ['a list of errors', [{ error: { message: 'gone', code: 'E1' } }], 'gone', 'E1'],

    ['an answer', { response: { status: 404, data: { message: 'gone' } } }, 'gone', '404'],
    [
      'what was made of an answer, and the answer',
      {
        message: 'Request failed with status code 400',
        code: 'ERR_BAD_REQUEST',
        response: { status: 400, data: { error: { message: 'gone', code: 'E1' } } },
      },
      'gone',
      'E1',
    ],
    [
      'an answer that says nothing',
      { message: 'Request failed', code: 'ERR_BAD_REQUEST', response: { status: 500, data: '' } },
      'Request failed',
      'ERR_BAD_REQUEST',
    ],
    ['an answer in HTML', { response: { status: 502, data: HTML } }, '502 Bad Gateway', '502'],
    ['a body as text', { statusCode: 422, body: json({ message: 'gone' }) }, 'gone', '422'],
    ['a body as JSON', { statusCode: 422, body: { errors: [{ detail: 'gone' }] } }, 'gone', '422'],
    ['a body that is cut', { statusCode: 422, body: '{"message": "go' }, '{"message": "go', '422'],

    ['as deep as anything is', deep(8), 'too deep', null],
    ['deeper than anything is', deep(9), null, null],
  ])('of %s', (_what, output, message, code) => {
    expect(readReason(output)).toEqual({ message, code });
  });
});
