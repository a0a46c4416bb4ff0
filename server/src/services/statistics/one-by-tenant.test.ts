import assert from 'node:assert/strict'
import { test } from 'node:test'
import { OneByTenant, TooManyWaitError } from './one-by-tenant.ts'

test('work of a tenant goes one after the other, and nobody else waits for it', async () => {
  const tenants = new OneByTenant()
  const done: string[] = []
  const first = Promise.withResolvers<void>()
  const ofOne = ['a', 'b', 'c', 'd', 'e'].map((name, n) =>
    tenants.run('one', async () => {
      if (n === 0) await first.promise
      done.push(name)
    }),
  )
  await assert.rejects(
    tenants.run('one', async () => undefined),
    TooManyWaitError,
  )
  await tenants.run('two', async () => void done.push('two'))
  assert.deepEqual(done, ['two'])
  first.resolve()
  await Promise.all(ofOne)
  assert.deepEqual(done, ['two', 'a', 'b', 'c', 'd', 'e'])
  await tenants.run('one', async () => void done.push('again'))
  assert.equal(done.at(-1), 'again')
})

test('what fails keeps nobody who waits behind it', async () => {
  const tenants = new OneByTenant()
  const failing = tenants.run('one', async () => {
    throw new Error('away')
  })
  const behind = tenants.run('one', async () => 'done')
  await assert.rejects(failing, /away/)
  assert.equal(await behind, 'done')
})

test('all tenants together have a bound too', async () => {
  const tenants = new OneByTenant()
  const open = Promise.withResolvers<void>()
  const all = Array.from({ length: 100 }, (_, n) => tenants.run(`t${n}`, () => open.promise))
  await assert.rejects(
    tenants.run('more', async () => undefined),
    TooManyWaitError,
  )
  open.resolve()
  await Promise.all(all)
})
