import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { SeenRecipients } from '../../contract/src/index.ts'
import { askSite, signInByLink } from '../harness/ask-site.ts'
import { sendLetter } from '../harness/letter.ts'
import { Sink } from '../harness/sink.ts'
import { TestSite } from '../harness/site.ts'
import { waitUntil } from '../harness/wait-until.ts'

describe('people known by their mail', () => {
  let site: TestSite
  let sink: Sink
  const cookies: Record<string, string> = {}
  const ask = (who: string, path: string, body?: object) =>
    askSite(site.consolePort, `/api/v1${path}`, {
      cookie: cookies[who] ?? '',
      ...(body && { method: 'POST' as const, body: { ...body } }),
    })
  const seen = async (who: string, domain: string) => {
    const found = await ask(who, `/people/seen?domain=${domain}`)
    assert.equal(found.code, 200, found.body)
    return found.json<SeenRecipients>()
  }

  before(async () => {
    sink = await Sink.start()
    sink.behaviour = (stage, text) =>
      stage === 'rcpt' && /nobody@/.test(text ?? '') ? '550 5.1.1 no such user' : undefined
    site = await TestSite.start({ domains: {}, users: [] })
    await site.must('tenant', 'add', 'house', '--level', 'operator')
    for (const name of ['one', 'two']) {
      await site.must('tenant', 'add', name, '--parent', 'house')
      await site.must(
        'domain',
        'add',
        `${name}.test`,
        '--tenant',
        name,
        '--next-hop',
        sink.hop,
        '--any-recipient',
      )
      const made = await site.json<{ link: string }>(
        'manager',
        'add',
        name,
        '--role',
        'administrator',
        '--tenant',
        name,
      )
      cookies[name] = await signInByLink(site.consolePort, made.link)
    }
    await site.must('user', 'add', 'listed@one.test')
    await site.knows('anybody@two.test')
  })
  after(async () => {
    await site[Symbol.asyncDispose]()
    await sink.down()
  })

  test('whom the next hop takes mail for is proposed, and added by one order; of each his own', async () => {
    for (const [to, name] of [
      ['Anna@one.test', 'a'],
      ['anna@one.test', 'b'],
      ['ben@one.test', 'c'],
      ['listed@one.test', 'd'],
      ['nobody@one.test', 'e'],
      ['eve@two.test', 'f'],
    ] as const)
      await sendLetter(site, { to, name })
    const expected = [
      ['anna@one.test', 2],
      ['ben@one.test', 1],
    ]
    const lines = async () =>
      (await seen('one', 'one.test')).lines.map(({ address, mails }) => [address, mails])
    await waitUntil(
      'both are seen',
      async () => (await lines()).flat().includes('ben@one.test') && (await lines()).flat().includes(2),
    )
    const found = await seen('one', 'one.test')
    assert.deepEqual(await lines(), expected, 'neither who is listed nor whom the next hop refused')
    assert.equal(found.lookedBackTo, null)
    assert.ok(found.lines.every((each) => each.firstAt <= each.lastAt))
    assert.equal((await ask('one', '/people/seen?domain=two.test')).code, 404)
    assert.equal((await ask('two', '/people/seen?domain=one.test')).code, 404)
    const added = await ask('one', '/people', { people: found.lines.map(({ address }) => ({ address })) })
    assert.equal(added.code, 200, added.body)
    assert.deepEqual(await lines(), [])
    assert.match(await site.must('user', 'list', 'one.test'), /anna@one\.test/)
  })
})
