import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createAlarms } from '#ground/platform/alarms.ts'
import { addDomain } from '#services/directory/add-domain.ts'
import { addTenant } from '#services/directory/add-tenant.ts'
import { openTestSite } from '../../test-site.ts'
import { bypassRecipe } from './bypass-recipe.ts'
import { type BypassOrder, beginBypass, endBypass, listBypasses } from './switch-bypass.ts'
import { BypassRounds, tendBypasses } from './tend-bypasses.ts'

const hourMs = 3_600_000

async function open() {
  const it = openTestSite()
  const order: BypassOrder = { ...it.order, bypasses: it.site.bypasses }
  await addTenant(it.order, { id: 'op', level: 'operator' })
  await addTenant(it.order, { id: 'one', level: 'customer' })
  await addDomain(
    it.order,
    { name: 'one.test', tenant: 'one', nextHop: 'smtp://127.0.0.1:1' },
    () => undefined,
  )
  return { it, order }
}

test('a bypass begins, is given a new end and ends; the audit log has each', async () => {
  const { it, order } = await open()
  using _ = it
  const begun = await beginBypass(order, 'One.test', { hours: 24, why: 'our road is slow' })
  assert.equal(begun.until, order.at + 24 * hourMs)
  const later = { ...order, at: order.at + hourMs }
  const again = await beginBypass(later, 'one.test', { hours: 24, why: 'still' })
  assert.deepEqual([again.since, again.until], [order.at, later.at + 24 * hourMs])
  assert.deepEqual(
    (await listBypasses(later)).map((each) => each.why),
    ['still'],
  )
  await endBypass(later, 'one.test')
  assert.deepEqual(await listBypasses(later), [])
  await assert.rejects(endBypass(later, 'one.test'), { code: 'not-found' })
  const what = it.stores.database
    .prepare("SELECT what FROM changes WHERE what LIKE 'bypass-%' ORDER BY rowid")
    .all()
    .map((each) => each.what)
  assert.deepEqual(what, ['bypass-begun', 'bypass-begun', 'bypass-ended'])
})

test('it is never longer than a day, has a reason, and is only for domains in reach', async () => {
  const { it, order } = await open()
  using _ = it
  await assert.rejects(beginBypass(order, 'one.test', { hours: 25, why: 'x' }), { code: 'wrong' })
  await assert.rejects(beginBypass(order, 'one.test', { hours: 1, why: ' ' }), { code: 'wrong' })
  await assert.rejects(beginBypass(order, 'two.test', { hours: 1, why: 'x' }), { code: 'not-found' })
  const foreign = { ...order, reach: { tenant: () => false, domain: () => false } }
  await assert.rejects(beginBypass(foreign, 'one.test', { hours: 1, why: 'x' }), { code: 'not-found' })
})

test('it is told while it runs, reminded of before its end, and ends by itself', async () => {
  const { it, order } = await open()
  using _ = it
  let now = order.at
  const silent = { warn: () => undefined, info: () => undefined } as never
  const alarms = createAlarms({ now: () => now } as never, silent)
  const changes: string[] = []
  const texts: string[] = []
  alarms.onChange(({ name, text }, isOpen) => {
    changes.push(`${isOpen ? 'open' : 'over'} ${name}`)
    texts.push(text)
  })
  const rounds = new BypassRounds()
  const look = async (hours: number) => {
    now = order.at + hours * hourMs
    await tendBypasses({ ...order, at: now, alarms }, rounds)
    return changes.splice(0)
  }
  await beginBypass(order, 'one.test', { hours: 24, why: 'slow' })
  assert.deepEqual(await look(1), ['open bypass-on'])
  assert.deepEqual(await look(2), [])
  assert.deepEqual(await look(22.5), ['open bypass-ends'])
  assert.ok((await look(24.1)).includes('over bypass-on'))
  assert.deepEqual(await order.bypasses.bypasses(), [])
  assert.doesNotMatch(texts.join(), /\dT\d/, 'moments read as people write them')
})

test('the recipe names the domain and our host', () => {
  const { away, back } = bypassRecipe('one.test', 'mx.house.test')
  assert.match(away.join(' '), /SPF record of one\.test.*Connectors.*mx\.house\.test/)
  assert.match(back.join(' '), /mx\.house\.test/)
})
