import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DirectoryStore } from '#services/directory/directory-store.ts'
import { ownHostsOf } from '../../wiring/own-hosts.ts'
import { assertNamesNobody, customerNamedIn } from './names-nobody.ts'

/** Two customers, one with a domain. */
const directory = {
  tenants: async () => ['planted', 'two'].map((id) => ({ id, name: id, level: 'customer', parent: 'house' })),
  domain: async (name: string) => (name === 'planted.example' ? { name, tenant: 'planted' } : null),
} as unknown as Pick<DirectoryStore, 'tenants' | 'domain'>

const numbered = (length: number, word: (n: number) => string) =>
  Array.from({ length }, (_, n) => word(n)).join(' ')

test('a customer is found behind any number of figures, versions and words that come again', async () => {
  const figures = numbered(150, (n) => `${n}.${n}`)
  const again = numbered(150, () => 'mx.bigmail.example')
  assert.equal(await customerNamedIn({ directory }, `${figures} 25.8 10.0.0.1 ${again}`), null)
  assert.equal(
    await customerNamedIn({ directory }, `${figures} ${again} mx.planted.example`),
    'mx.planted.example',
  )
})

test('a text with more names than are looked for is refused, and none of it is skipped', async () => {
  const files = (most: number) => numbered(most, (n) => `part${n}.log`)
  await assertNamesNobody({ directory }, [files(100)])
  await assert.rejects(assertNamesNobody({ directory }, [files(101)]), {
    code: 'wrong',
    message: /more than 100 names of hosts or files/,
  })
})

test('a name that can be read in two ways counts as one, and both readings of the last are looked for', async () => {
  const files = (most: number) => numbered(most, (n) => `part${n}.log-old`)
  assert.equal(await customerNamedIn({ directory }, files(100)), null)
  assert.equal(
    await customerNamedIn({ directory }, `${files(99)} mx.planted.example-users`),
    'mx.planted.example',
  )
  await assert.rejects(assertNamesNobody({ directory }, [files(101)]), { code: 'wrong' })
})

test('the domain that the house itself stands in is no customer, but what a customer has below it is', async () => {
  const own = {
    tenants: directory.tenants,
    domain: async (name: string) =>
      ['own.example', 'guest.own.example', 'planted.example'].includes(name)
        ? { name, tenant: 'planted' }
        : null,
  } as unknown as typeof directory
  const config = {
    'site.host': 'MX.own.example',
    'status.url': '',
    'console.url': 'https://mail.house.example/',
  }
  const named = (text: string, ownHosts?: string[]) =>
    customerNamedIn({ directory: own, ...(ownHosts && { ownHosts }) }, text)
  assert.equal(await named('mx.own.example is slow'), 'mx.own.example')
  for (const each of [
    config,
    { ...config, 'site.host': 'localhost', 'status.url': 'https://status.own.example/x' },
  ]) {
    const ownHosts = ownHostsOf(each)
    assert.equal(await named('mx.own.example is slow, see status.own.example; own.example', ownHosts), null)
    assert.equal(await named('mx.guest.own.example waits', ownHosts), 'mx.guest.own.example')
    assert.equal(await named('own.example and planted.example', ownHosts), 'planted.example')
  }
})

test('a domain is found with hyphens around it, and words or figures behind it', async () => {
  for (const text of [
    'planted.example-users wait',
    'for -planted.example-',
    'MX.Planted.Example--all',
    'planted.example.2',
  ])
    assert.match((await customerNamedIn({ directory }, text)) ?? text, /^(mx\.)?planted\.example$/)
  for (const text of ['im-planted.example', 'planted.examples', 'planted-example.example'])
    assert.equal(await customerNamedIn({ directory }, text), null, text)
})
