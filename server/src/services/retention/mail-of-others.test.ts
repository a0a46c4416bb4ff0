import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { addTenant } from '#services/directory/add-tenant.ts'
import { addUsers } from '#services/directory/add-users.ts'
import type { KeptPlace, KeptSelection } from '#services/ledger/retention-store.ts'
import { openTestSite, type TestSite } from '../../test-site.ts'
import { keptMailOf } from '../../wiring/kept-mail.ts'
import { countLeaving } from './count-leaving.ts'
import { dayMs } from './kept-for.ts'
import type { KeptMail } from './kept-mail.ts'

let it: TestSite
let mail: readonly KeptMail[]
const now = Date.now()
const own = { tenants: ['acme'], domains: null }

before(async () => {
  it = openTestSite()
  const { order, site, stores } = it
  await addTenant(order, { id: 'house', level: 'operator' })
  for (const id of ['acme', 'large', 'empty']) {
    await addTenant(order, { id, level: 'customer', parent: 'house' })
    const domain = { name: `${id}.test`, tenant: id, nextHop: 'mx:x.test', settings: {} }
    await site.directory.putDomain(domain, now)
  }
  await addUsers(order, [{ address: 'anna@acme.test' }])
  copies(returned('x@large.test', 'large', 5), 2500)
  for (const days of [4.5, 4, 0.5]) {
    returned('anna@acme.test', 'acme', days)
    held('anna@acme.test', 'acme', days)
  }
  for (let n = 0; n < 5; n++) held('x@large.test', 'large', 5)
  const { quarantine, retention } = stores
  mail = Object.values(
    keptMailOf(
      {
        quarantine: quarantine as never,
        retention: {
          returned: async (...given) => retention.returned(...given),
          countReturned: async (...given) => retention.countReturned(...given),
        },
        held: {
          kept: async (...given) => stores.held.kept(...given),
          countOpen: async (...given) => stores.held.countOpen(...given),
        },
      },
      site.loaded.config,
    ),
  )
})
after(() => it[Symbol.dispose]())

function returned(rcptTo: string, tenant: string, days: number): string {
  const at = now - days * dayMs
  const id = it.accept({ at, deliveries: [{ rcptTo, tenant }] })
  const { database } = it.stores
  database
    .prepare("UPDATE deliveries SET state = 'returned', due_at = NULL, settled_at = ? WHERE message_id = ?")
    .run(at, id)
  database.prepare('UPDATE messages SET keep_until = ? WHERE id = ?').run(at + 7 * dayMs, id)
  return id
}

function held(sender: string, tenant: string, days: number): void {
  const at = now - days * dayMs
  const id = it.accept({
    at,
    message: { direction: 'outbound', mailFrom: sender },
    deliveries: [
      { rcptTo: 'x@w.test', tenant, direction: 'outbound', state: 'held', reason: 'score', dueAt: null },
    ],
  } as Parameters<TestSite['accept']>[0])
  it.stores.database
    .prepare('INSERT INTO held_mail (message_id, sender, tenant, held_at) VALUES (?, ?, ?, ?)')
    .run(id, sender, tenant, at)
}

/** As many more of a message: rows alone, in a fraction of the time that accepting them takes. */
function copies(id: string, count: number): void {
  const { database } = it.stores
  database.exec('BEGIN')
  for (const [table, key] of [
    ['messages', 'id'],
    ['deliveries', 'message_id'],
  ]) {
    database.exec(`CREATE TEMP TABLE copied AS SELECT * FROM ${table} WHERE ${key} = '${id}'`)
    const rename = database.prepare(`UPDATE copied SET ${key} = ?`)
    const insert = database.prepare(`INSERT INTO ${table} SELECT * FROM copied`)
    for (let n = 0; n < count; n++) {
      rename.run(`${id}-${n}`)
      insert.run()
    }
    database.exec('DROP TABLE copied')
  }
  database.exec('COMMIT')
}

const kindOf = (setting: string) => mail.find((each) => each.setting === setting) ?? assert.fail(setting)
const settings = ['returned.days', 'held.days'] as const

async function found(kind: KeptMail, selection: KeptSelection): Promise<{ found: number; pages: number }> {
  let [count, pages, behind]: [number, number, KeptPlace | null] = [0, 0, null]
  do {
    const page = await kind.page(selection, behind, 100)
    count += page.found.length
    behind = page.behind
    pages++
  } while (behind !== null)
  return { found: count, pages }
}

test('mail of others is not in a page, and a page of none is soon over', async () => {
  for (const setting of settings) {
    const until = now - dayMs
    const { found: count, pages } = await found(kindOf(setting), { until, within: own })
    assert.equal(count, 2, setting)
    assert.ok(pages <= 3, `${setting}: ${pages} pages`)
    assert.equal((await found(kindOf(setting), { until, within: { tenants: [], domains: null } })).found, 0)
  }
  assert.equal((await found(kindOf('returned.days'), { until: now })).found, 2504)
  assert.equal((await found(kindOf('returned.days'), { until: now - 5.5 * dayMs })).found, 0)
})

test('a count that is cut knows of the mail of its level alone', async () => {
  const parts = {
    ...{ config: it.site.loaded.config, policy: it.site.policy, directory: it.site.directory, mail },
    ...{ levelsOf: () => [], now: () => now },
  }
  for (const setting of settings) {
    const at = async (tenant: string) => {
      const change = { scope: `tenant:${tenant}`, setting, value: '3', locked: false }
      return (await countLeaving(parts, [change], null, 0))[0]
    }
    assert.deepEqual(await at('empty'), { setting, leaving: 0, isCut: false })
    assert.deepEqual(await at('acme'), { setting, leaving: 2, isCut: true })
  }
})
