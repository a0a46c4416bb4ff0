import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AffectedLine } from './ledger-store.ts'
import { nextStep } from './next-step.ts'

const line: AffectedLine = {
  messageId: 'id',
  n: 0,
  tenant: 'example',
  mailFrom: 'a@a.example',
  rcptTo: 'b@b.test',
  subject: '',
  happened: 'deferred',
  happenedAt: 0,
  node: 'node-1',
  reason: 'deferred',
  reply: '',
  state: 'waiting',
  stateReason: 'deferred',
  dueAt: Date.UTC(2026, 0, 2, 3, 4, 5),
  contentKept: true,
  keepUntil: null,
  client: { ip: '192.0.2.1', helo: '' },
}

const cases: readonly [string, Partial<AffectedLine>, RegExp][] = [
  ['waiting mail says when it is tried', {}, /by itself, next try 2026-01-02T03:04:05Z.*queue retry id/],
  [
    'mail that is due says what it waits for',
    { dueAt: 1 },
    /by itself, when its next hop takes mail; .*queue retry id/,
  ],
  ['mail under inspection goes on by itself', { stateReason: 'inspecting', dueAt: null }, /checks are done/],
  ['parked mail names its reason', { stateReason: 'poison', dueAt: null }, /parked \(poison\)/],
  [
    'returned mail with content can be sent again',
    { state: 'returned', keepUntil: 0 },
    /until 1970.*resend id/,
  ],
  ['without content it cannot', { state: 'returned', contentKept: false }, /kept no more/],
  ['refused mail names the sending side', { state: 'refused' }, /no copy here.*192\.0\.2\.1$/],
  [
    'quarantined mail can be released',
    { state: 'quarantined', stateReason: 'policy' },
    /quarantine release id/,
  ],
  ['unscanned mail leaves by itself', { state: 'quarantined', stateReason: 'unscanned' }, /leaves by itself/],
  ['held mail can be released', { state: 'held' }, /queue release id/],
  ['delivered mail needs nothing', { state: 'delivered' }, /it was delivered/],
  ['dropped mail says why', { state: 'discarded', stateReason: 'deleted-by-hand' }, /deleted-by-hand/],
]

for (const [name, change, expected] of cases)
  test(name, () => assert.match(nextStep({ ...line, ...change }, Date.UTC(2026, 0, 1)), expected))
