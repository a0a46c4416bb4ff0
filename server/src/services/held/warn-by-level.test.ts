import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openTestSite, type TestSite } from '../../test-site.ts'
import { heldForMs, warnAfterMs } from './held-for.ts'
import type { HeldMail, HeldParts } from './held-parts.ts'
import { warnByLevel } from './warn-by-level.ts'

const dayMs = 86_400_000
const now = Date.now()
let it: TestSite

before(() => {
  it = openTestSite()
})
after(() => it[Symbol.dispose]())

function hold(sender: string, days: number, tenant = 'acme'): string {
  const at = now - days * dayMs
  const id = it.accept({
    at,
    message: { direction: 'outbound', mailFrom: sender },
    deliveries: [{ rcptTo: 'x@w.test', tenant, state: 'held', reason: 'score', dueAt: null }],
  } as Parameters<TestSite['accept']>[0])
  it.stores.database
    .prepare('INSERT INTO held_mail (message_id, sender, tenant, held_at, told_at) VALUES (?, ?, ?, ?, ?)')
    .run(id, sender, tenant, at, at)
  return id
}

/** @param days what levels say, by address; all of them are of the tenant acme */
function partsOf(days: Readonly<Record<string, string>>) {
  const sent: HeldMail[] = []
  const { held } = it.stores
  const settingsOf = (address: string, tenant: string) =>
    tenant === 'acme' && days[address] !== undefined ? { 'held.days': days[address] } : {}
  const parts = {
    readHeld: {
      unwarned: async (...given: Parameters<typeof held.unwarned>) => held.unwarned(...given),
      due: async (...given: Parameters<typeof held.due>) => held.due(...given),
    },
    settingsOf,
    keptSettingsOf: settingsOf,
    longerUntil: () => null,
    daysOfLevels: async () => Object.values(days),
    async send(mail: HeldMail) {
      sent.push(mail)
      if (mail.kind === 'code') return
      for (const { line } of mail.messages)
        it.stores.database
          .prepare('UPDATE held_mail SET warned_at = ? WHERE message_id = ?')
          .run(now, line.messageId)
    },
    times: () => ({ keepMs: 14 * dayMs, warnMs: 11 * dayMs, lifeMs: 1 }),
    now: () => now,
  } as unknown as HeldParts
  return { parts, sent }
}

const told = (sent: readonly HeldMail[]) =>
  sent.map((mail) =>
    mail.kind === 'warned'
      ? [mail.to, mail.tenant, mail.messages.map(({ line }) => line.messageId), mail.returnsAt]
      : mail.kind,
  )

test('who gets his mail back sooner by his level is warned a day before, once', async () => {
  const anna = hold('anna@acme.test', 3.5)
  hold('anna@acme.test', 2)
  hold('anna@acme.test', 5)
  hold('bert@acme.test', 5)
  hold('anna@acme.test', 3.5, 'gone')
  const many = Array.from({ length: 120 }, (_, n) => `a${n}@acme.test`)
  for (const each of many) hold(each, 3.5)
  const { parts, sent } = partsOf({ 'anna@acme.test': '4', 'zoe@acme.test': '4' })
  const zoe = hold('zoe@acme.test', 3.5)
  await warnByLevel(parts)
  const returnsAt = now + dayMs / 2
  assert.deepEqual(told(sent), [
    ['anna@acme.test', 'acme', [anna], returnsAt],
    ['zoe@acme.test', 'acme', [zoe], returnsAt],
  ])
  await warnByLevel(parts)
  assert.equal(sent.length, 2)
})

test('what a change of the directory leaves for a while is warned of with the day on which that is over', async () => {
  const long = hold('dora@acme.test', 9)
  hold('dora@acme.test', 1)
  const { parts, sent } = partsOf({ 'dora@acme.test': '4' })
  const until = now + dayMs / 3
  await warnByLevel({ ...parts, keptSettingsOf: () => ({}), longerUntil: () => until })
  assert.deepEqual(told(sent), [['dora@acme.test', 'acme', [long], until]])
})

test('where no level says anything, nobody is looked up', async () => {
  const { parts } = partsOf({ 'anna@acme.test': 'site' })
  const unwarned = () => assert.fail('looked up')
  await warnByLevel({ ...parts, readHeld: { ...parts.readHeld, unwarned } })
})

test('a level of a day warns after half of it, and without a directory the time is the site’s', () => {
  assert.deepEqual(
    [1, 2, 4, 12, 14].map((days) => warnAfterMs(days * dayMs, 11 * dayMs) / dayMs),
    [0.5, 1, 3, 11, 11],
  )
  const { parts } = partsOf({})
  const settingsOf = () => {
    throw new Error('there is no snapshot')
  }
  assert.equal(heldForMs({ ...parts, settingsOf }, { sender: 'a@acme.test', tenant: 'acme' }), 14 * dayMs)
})
