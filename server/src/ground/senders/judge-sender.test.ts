import assert from 'node:assert/strict'
import { test } from 'node:test'
import { judgeSender, type SenderFigures } from './judge-sender.ts'

const quiet: SenderFigures = {
  ...{ hour: 0, day: 0, usualHour: 0, usualDay: 0, vouched: 0, looked: 0, strangers: 0 },
  ...{ settled: 0, refused: 0, isNewNetwork: false },
}

const cases: readonly [string, Partial<SenderFigures>, boolean][] = [
  ['a new mailbox that sends thirty', { hour: 30, day: 30, looked: 30, strangers: 30 }, false],
  [
    'a new mailbox that writes to two hundred strangers',
    { hour: 200, day: 200, looked: 200, strangers: 200 },
    false,
  ],
  ['two hundred and forty, with a notice and no stop', { hour: 240, day: 240 }, false],
  ['a new mailbox that sends more than it may', { hour: 241, day: 241 }, true],
  ['a newsletter with its own history', { hour: 5000, day: 5000, usualHour: 4000, usualDay: 4000 }, false],
  ['four times its busiest hour', { hour: 5000, day: 5000, usualHour: 1200, usualDay: 9000 }, true],
  ['a little all day long', { hour: 200, day: 1000, usualHour: 20, usualDay: 60 }, true],
  ['a manager has said that it was right', { hour: 700, day: 700, usualHour: 10, vouched: 250 }, false],
  [
    'a manager has freed it, and what strangers and receivers made of it is still within the hour',
    { hour: 40, day: 80, vouched: 80, settled: 40, refused: 20, looked: 80, strangers: 80 },
    false,
  ],
  [
    'far more than a manager has said was right, refused and to strangers',
    { hour: 235, day: 235, vouched: 78, settled: 60, refused: 30, looked: 80, strangers: 80 },
    true,
  ],
  [
    'a traveller who writes to some people he knows',
    { hour: 40, day: 60, usualHour: 30, usualDay: 60, looked: 40, strangers: 4, isNewNetwork: true },
    false,
  ],
  [
    'strangers from a new network, far above what is usual',
    { hour: 130, day: 130, usualHour: 10, usualDay: 40, looked: 130, strangers: 128, isNewNetwork: true },
    true,
  ],
  [
    'receivers refuse half of it',
    { hour: 70, day: 70, settled: 60, refused: 30, looked: 70, strangers: 70 },
    true,
  ],
  [
    'an old list of people it knows',
    { hour: 70, day: 70, settled: 60, refused: 20, looked: 70, strangers: 3 },
    false,
  ],
]

for (const [name, figures, isSuspicious] of cases)
  test(`${name}: ${isSuspicious ? 'suspended' : 'goes on'}`, () => {
    const judged = judgeSender({ ...quiet, ...figures }, 240)
    assert.equal(judged.isSuspicious, isSuspicious, judged.signs.join('; '))
    if (isSuspicious) assert.match(judged.signs.join(), /\d+/, 'with figures')
  })

test('without a limit of volume the rest still counts', () => {
  assert.equal(judgeSender({ ...quiet, hour: 9000, day: 9000 }, 0).isSuspicious, false)
  const refused = { ...quiet, hour: 90, settled: 80, refused: 70, looked: 90, strangers: 90 }
  assert.equal(judgeSender(refused, 0).isSuspicious, true)
})
