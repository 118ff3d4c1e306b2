import { describe, expect, test } from '@jest/globals';
import {
  admissionOf,
  afterOutcome,
  afterProbe,
  failsAlone,
  failsEverywhere,
  failsForSeveral,
  NEW_CIRCUIT,
  probedSince,
  type Circuit,
  type Outcome,
  type Rule,
} from '../../src/upstream/circuit.ts';

const START = 1_000_000;

/**
 * Outcomes a millisecond apart, a word each: `a/x!` is a failure of member a on route x, without the mark it is a
 * success.
 */
function outcomesOf(text: string): Outcome[] {
  return text
    .split(' ')
    .filter((word) => word !== '')
    .map((word, index) => {
      const [member = '', route = ''] = word.replace('!', '').split('/');
      return { at: START + index, member, route, isFailure: word.endsWith('!') };
    });
}

describe('what opens a circuit', () => {
  const times = (count: number, text: string) => `${text} `.repeat(count);

  test.each<[string, Rule, string, boolean]>([
    ['of one: five failures', failsAlone, times(5, 'a/x!'), true],
    ['of one: not four', failsAlone, times(4, 'a/x!'), false],
    ['of one: not while as many succeed', failsAlone, times(8, 'a/x! a/x'), false],
    ['of one: more failures than successes', failsAlone, times(4, 'a/x! a/x') + times(1, 'a/x!'), true],
    ['of several: three that fail', failsForSeveral, times(2, 'a/x! b/x! c/x!'), true],
    ['of several: three, though one other succeeds', failsForSeveral, times(2, 'a/x! b/x! c/x! d/x'), true],
    ['of several: not two, however often', failsForSeveral, times(10, 'a/x! b/x!'), false],
    ['of several: not three failures', failsForSeveral, 'a/x! b/x! c/x!', false],
    [
      'of several: not three among as many that do not',
      failsForSeveral,
      times(2, 'a/x! b/x! c/x!') + 'd/x e/x f/x',
      false,
    ],
    [
      'of several: not while one other succeeds more often',
      failsForSeveral,
      times(2, 'a/x! b/x! c/x!') + times(7, 'd/x'),
      false,
    ],
    [
      'of several: not those who succeed as often as they fail',
      failsForSeveral,
      times(3, 'a/x! b/x! c/x! a/x b/x c/x'),
      false,
    ],
    ['of all: several on several routes', failsEverywhere, times(2, 'a/x! b/y! c/x!'), true],
    ['of all: not on one route', failsEverywhere, times(5, 'a/x! b/x! c/x!'), false],
    ['of all: not while one route does better', failsEverywhere, times(2, 'a/x! b/y! c/x!') + 'd/z', false],
    ['of all: not for two', failsEverywhere, times(5, 'a/x! b/y! a/y!'), false],
    ['nothing has happened: one', failsAlone, '', false],
    ['nothing has happened: all', failsEverywhere, '', false],
  ])('%s', (_case, rule, text, expected) => {
    expect(rule(outcomesOf(text))).toBe(expected);
  });
});

function after(text: string, rule: Rule = failsAlone): Circuit {
  return outcomesOf(text).reduce((circuit, outcome) => afterOutcome(circuit, outcome, rule), NEW_CIRCUIT);
}

describe('a circuit', () => {
  const FIVE = 'a/x! a/x! a/x! a/x! a/x!';
  const OPENED = START + 4;
  const probed = probedSince(START);

  test.each<[string, Circuit, string, number, string]>([
    ['passes calls at first', NEW_CIRCUIT, 'a', START, 'PASS'],
    ['passes calls below its measure', after('a/x! a/x! a/x! a/x!'), 'a', START + 4, 'PASS'],
    ['refuses once it is open', after(FIVE), 'a', OPENED, 'REFUSE'],
    ['refuses who failed for four seconds', after(FIVE), 'a', OPENED + 3999, 'REFUSE'],
    ['lets who failed try after that', after(FIVE), 'a', OPENED + 4000, 'PROBE'],
    ['refuses others for two and a half', after(FIVE), 'b', OPENED + 2499, 'REFUSE'],
    ['lets others try before', after(FIVE), 'b', OPENED + 2500, 'PROBE'],
    ['has all wait while one tries', probed, 'b', START + 100_000, 'WAIT'],
    ['is closed when that succeeds', afterProbe(probed, true, 'a', START + 10), 'b', START + 10, 'PASS'],
    ['may be tried again when it says nothing', afterProbe(probed, null, 'a', START), 'a', START, 'PROBE'],
    ['refuses when it fails', afterProbe(probed, false, 'a', START + 10), 'b', START + 2499, 'REFUSE'],
    ['counts from its start', afterProbe(probed, false, 'a', START + 1500), 'b', START + 2500, 'PROBE'],
    [
      'lets who tried last come last',
      afterProbe(probed, false, 'a', START + 10),
      'a',
      START + 3999,
      'REFUSE',
    ],
    ['rests after a long try', afterProbe(probed, false, 'a', START + 9000), 'b', START + 9999, 'REFUSE'],
    ['but not for long', afterProbe(probed, false, 'a', START + 9000), 'b', START + 10_000, 'PROBE'],
  ])('%s', (_case, circuit, member, now, expected) => {
    expect(admissionOf(circuit, member, now)).toBe(expected);
  });

  test('forgets after half a minute', () => {
    const four = after('a/x! a/x! a/x! a/x!');
    const late = { at: START + 30_003, member: 'a', route: 'x', isFailure: true };
    expect(admissionOf(afterOutcome(four, late, failsAlone), 'a', late.at)).toBe('PASS');
    const inTime = { ...late, at: START + 29_999 };
    expect(admissionOf(afterOutcome(four, inTime, failsAlone), 'a', inTime.at)).toBe('REFUSE');
  });

  test('remembers twenty outcomes: long service does not cover for an outage', () => {
    expect(after('a/x '.repeat(1000) + 'a/x! '.repeat(10)).phase.name).toBe('closed');
    expect(after('a/x '.repeat(1000) + 'a/x! '.repeat(11)).phase.name).toBe('open');
  });

  test('is moved by nothing that was sent before it opened', () => {
    const open = after(FIVE);
    expect(
      afterOutcome(open, { at: OPENED + 1, member: 'a', route: 'x', isFailure: false }, failsAlone),
    ).toBe(open);
    expect(
      afterOutcome(probed, { at: OPENED + 1, member: 'a', route: 'x', isFailure: true }, failsAlone),
    ).toBe(probed);
  });
});
