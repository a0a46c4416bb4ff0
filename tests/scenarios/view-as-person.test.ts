import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { AuditList } from '../../contract/src/index.ts'
import { askSite, signInByLink } from '../harness/ask-site.ts'
import { sendLetter, unwantedBody } from '../harness/letter.ts'
import { Sink } from '../harness/sink.ts'
import { TestSite } from '../harness/site.ts'
import { waitUntil } from '../harness/wait-until.ts'

describe('a manager looks at the review page of a person', () => {
  let sink: Sink
  let site: TestSite
  const cookies: Record<string, string> = {}
  let message = ''

  before(async () => {
    sink = await Sink.start()
    site = await TestSite.start({ domains: {}, users: [] })
    await site.must('tenant', 'add', 'house', '--level', 'operator')
    for (const name of ['one', 'two']) {
      await site.must('tenant', 'add', name, '--parent', 'house')
      await site.must('domain', 'add', `${name}.test`, '--tenant', name, '--next-hop', sink.hop)
      await site.must('user', 'add', `anna@${name}.test`)
    }
    for (const [name, role, tenant] of [
      ['boss', 'operator', 'house'],
      ['admin-one', 'administrator', 'one'],
      ['admin-two', 'administrator', 'two'],
      ['reader-one', 'reader', 'one'],
    ] as const) {
      const { link } = await site.json<{ link: string }>(
        ...['manager', 'add', name, '--role', role, '--tenant', tenant],
      )
      cookies[name] = await signInByLink(site.consolePort, link)
    }
    await site.knows('anna@one.test')
    await site.knows('anna@two.test')
    message = await sendLetter(site, { to: 'anna@one.test', name: 'letter-of-anna', body: unwantedBody })
    await sendLetter(site, { to: 'anna@two.test', name: 'letter-of-two', body: unwantedBody })
  })
  after(async () => {
    await site[Symbol.asyncDispose]()
    await sink.down()
  })

  const ask = (who: string, path: string, more: object = {}) =>
    askSite(site.consolePort, path, { cookie: cookies[who] ?? '', ...more })
  const look = (who: string, tenant: string, person: string) =>
    ask(who, '/api/v1/account/view', {
      body: { tenant, role: 'reader', domain: `user:${person}`, reason: 'ticket 4711' },
    })
  const audit = async (who: string) =>
    (await ask(who, '/api/v1/audit-log?what=review-looked-at')).json<AuditList>().lines

  test('only who may look with the eyes of others, at his own people, and nobody without choosing one', async () => {
    assert.equal((await look('admin-two', 'two', 'anna@one.test')).code, 404)
    assert.equal((await look('admin-two', 'one', 'anna@one.test')).code, 404)
    assert.equal((await look('admin-one', 'one', 'nobody@one.test')).code, 404)
    assert.equal((await look('reader-one', 'one', 'anna@one.test')).code, 403)
    assert.equal((await ask('admin-one', '/review/as')).code, 404)
    assert.notEqual((await askSite(site.consolePort, '/review/as')).code, 200)
  })

  test('where policy keeps the person from the page, that stands on it', async () => {
    await site.must('policy', 'set', 'domain:two.test', 'review.sign-in=off')
    assert.equal((await look('admin-two', 'two', 'anna@two.test')).code, 200)
    await waitUntil('the setting is in force', async () =>
      /keeps this person from this page/.test((await ask('admin-two', '/review/as')).body),
    )
    assert.equal((await ask('admin-two', '/api/v1/account/view', { method: 'DELETE' })).code, 200)
  })

  test('he sees what the person sees, does nothing there, and each look is written down', async () => {
    assert.equal((await look('admin-one', 'one', 'anna@one.test')).code, 200)
    const page = await waitUntil('the message stands on the page', async () => {
      const { code, body } = await ask('admin-one', '/review/as')
      assert.equal(code, 200, body)
      return body.includes('letter-of-anna') && body
    })
    assert.match(page, /anna@one\.test.*can change nothing.*ticket 4711/s)
    assert.doesNotMatch(page, /letter-of-two/)
    assert.match(page, /<button type="button" disabled[^>]*>Deliver</)
    assert.deepEqual(
      [...page.matchAll(/action="([^"]*)"/g)].map((each) => each[1]),
      ['/account/view/end'],
    )
    for (const [path, body] of [
      [`/api/v1/quarantine/${message}/release`, {}],
      [`/review/messages/${message}/0/delete`, ''],
    ] as const) {
      const answer = await ask('admin-one', path, { method: 'POST', body })
      assert.ok(![200, 204].includes(answer.code), `${path}: ${answer.code}`)
    }
    assert.equal((await ask('admin-one', `/api/v1/messages/${message}`)).code, 200)
    assert.equal((await ask('admin-one', '/api/v1/domains')).code, 403, 'he sees that person alone')
    const ended = await ask('admin-one', '/account/view/end', { method: 'POST', body: '' })
    assert.equal(ended.code, 303)
    assert.equal((await ask('admin-one', '/review/as')).code, 404)
    const [line] = await audit('admin-one')
    assert.deepEqual([line?.who, line?.tenant], ['manager:admin-one', 'one'])
    assert.deepEqual(line?.detail, { person: 'anna@one.test', reason: 'ticket 4711', messages: [message] })
    assert.doesNotMatch(JSON.stringify(await audit('admin-two')), /one\.test/)
    const still = await site.json<{ lines: { messageId: string }[] }>('quarantine', 'list', '--tenant', 'one')
    assert.deepEqual(
      still.lines.map((each) => each.messageId),
      [message],
    )
  })
})
