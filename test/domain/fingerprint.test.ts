import { describe, expect, test } from '@jest/globals';
import { fingerprintOf } from '../../src/domain/fingerprint.ts';

describe('failures of one kind', () => {
  test.each<[string, readonly string[]]>([
    ['numbers', ['Record 12 not found', 'Record 123456 not found', 'record 1,234.5 not found']],
    ['numbers in words', ['step-9 failed', 'step-10 failed']],
    ['numbers behind letters', ['row9 is bad', 'row10 is bad']],
    ['units', ['No answer within 30s', 'No answer within 1500ms']],
    [
      'ids',
      [
        'No user 65410cf6cdf931a12d7ab009',
        'No user 64f7258e35b72267edc02589',
        'No user 7b0f6f3c-9a31-4c3c-8f1a-2f6a7c1b9d10',
        'No user C024BE91L',
        'No user 99',
      ],
    ],
    ['ids with a prefix', ['No such charge: ch_3MmlLrLkdIwHu7ix', 'No such charge: ch_1A2b3C4d5E6f7G8h']],
    [
      'times',
      [
        'Locked until 2023-10-31T14:19:34.788Z',
        'Locked until 2026-01-02 03:04:05+02:00',
        'Locked until 2026-01-02',
        'Locked until Tue, 31 Oct 2023 14:19:34 GMT',
        'locked until 14:19',
      ],
    ],
    ['addresses', ['No contact anna.b+x@example.com', 'No contact b@mail.example.org']],
    [
      'queries of URLs and ids in their paths',
      [
        'GET https://api.example.com/v1/users/12?page=3 failed',
        'GET https://api.example.com/v1/users/77b1#top failed',
        'GET https://api.example.com/v1/users/9 failed',
      ],
    ],
    ['case and space', ['Rate  limited\n', 'rate limited']],
  ])('differ in %s', (_what, messages) => {
    expect(new Set(messages.map(fingerprintOf)).size).toBe(1);
  });

  test.each<[string, string]>([
    ['channel_not_found', 'user_not_found'],
    ['Field email is required', 'Field name is required'],
    ['GET https://a.example.com/users failed', 'GET https://a.example.com/groups failed'],
    ['GET https://a.example.com/users failed', 'GET https://b.example.com/users failed'],
    ['Unauthorized', ''],
  ])('are not %j and %j', (one, other) => {
    expect(fingerprintOf(one)).not.toBe(fingerprintOf(other));
  });

  test('are told from those without a message', () => {
    expect(fingerprintOf(null)).not.toBe(fingerprintOf(''));
    expect(fingerprintOf(null)).toBe(fingerprintOf(null));
    expect(fingerprintOf('without a message')).not.toBe(fingerprintOf(null));
  });

  test.each(['1'.repeat(100_000), 'a1'.repeat(50_000), 'a@'.repeat(50_000), 'https://a'.repeat(20_000)])(
    'are told of long texts, too',
    (text) => {
      expect(fingerprintOf(text)).toMatch(/^[0-9a-f]{16}$/);
    },
  );
});
