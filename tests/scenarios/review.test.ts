import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Overview, ReportList, ReportView } from '../../contract/src/index.ts'
import { askSite } from '../harness/ask-site.ts'
import { arrivals, sendLetter, unwantedBody } from '../harness/letter.ts'
import { type PageAnswer, pressPage } from '../harness/press-page.ts'
import { Sink, type SinkMessage } from '../harness/sink.ts'
import { TestSite } from '../harness/site.ts'
import { waitUntil } from '../harness/wait-until.ts'

describe('people without passwords', () => {
  let sink: Sink
  let site: TestSite
  let key = ''
  const aside: Record<string, string> = {}

  before(async () => {
    sink = await Sink.start({ keep: true })
    site = await TestSite.start({ domains: {}, users: [], hasUrl: true })
    await site.must('tenant', 'add', 'house', '--level', 'operator')
    for (const name of ['one', 'two']) {
      await site.must('tenant', 'add', name, '--parent', 'house')
      await site.must('domain', 'add', `${name}.test`, '--tenant', name, '--next-hop', sink.hop)
      await site.must('user', 'add', ...['anna', 'ben', 'cleo'].map((user) => `${user}@${name}.test`))
    }
    await site.knows('cleo@two.test')
    for (const to of ['anna@one.test', 'ben@one.test', 'anna@two.test'])
      aside[to] = await sendLetter(site, { to, name: `aside-${to}`, body: unwantedBody })
    aside.both = await sendLetter(site, {
      to: ['anna@one.test', 'ben@one.test'],
      name: 'aside-both',
      body: unwantedBody,
    })
    await site.must('manager', 'add', 'boss', '--role', 'operator')
    key = (await site.json<{ key: string }>('key', 'add', 'k', '--tenant', 'one', '--scope', 'messages')).key
  })
  after(async () => {
    await site[Symbol.asyncDispose]()
    await sink.down()
  })

  const ask = (method: string, path: string, more = {}) => pressPage(site.consolePort, method, path, more)

  async function api<Body>(path: string, body?: object): Promise<{ code: number; answer: Body }> {
    const answer = await askSite(site.consolePort, path, { key, ...(body && { body }) })
    return { code: answer.code, answer: answer.json<Body>() }
  }

  const mailsTo = (address: string) =>
    sink.messages.filter((each) => each.rcptTo.includes(address) && each.mailFrom === '')
  const linkIn = ({ content }: SinkMessage) => /\/review\/link\/[\w-]{43}/.exec(content)?.[0] ?? ''

  /** The link of the next mail to somebody, asked for by a manager. */
  async function mailedLink(address: string): Promise<string> {
    const before = mailsTo(address).length
    await site.must('review', 'send', address)
    const mail = await waitUntil('the review mail comes', () => mailsTo(address)[before])
    return linkIn(mail)
  }

  async function signIn(address: string): Promise<string> {
    const pressed = await ask('POST', await mailedLink(address))
    assert.equal(pressed.code, 303)
    return pressed.cookie
  }

  test('a link scanner that has been everywhere burns nothing; two presses free the message', async () => {
    const link = await mailedLink('anna@one.test')
    const [mail] = mailsTo('anna@one.test')
    assert.match(mail?.content ?? '', /^Subject: 2 messages wait for you\r$/m)
    assert.doesNotMatch(mail?.content ?? '', /aside-|sender\.example/, 'no subject and no sender')
    for (let visit = 0; visit < 10; visit++)
      for (const method of ['GET', 'HEAD']) assert.equal((await ask(method, link)).code, 200)
    // A scanner that fills in forms of mail is no page of ours.
    assert.equal((await ask('POST', link, { foreign: true })).code, 403)
    const pressed = await ask('POST', link)
    assert.deepEqual([pressed.code, pressed.location], [303, '/review/messages'])
    assert.match(pressed.cookie, /^mailkeep-review=/)
    const { body } = await ask('GET', '/review/messages', { cookie: pressed.cookie })
    assert.match(body, /aside-anna@one\.test/)
    assert.ok(body.length < 60_000 && !body.includes('<script'), 'light, and without script')
    const path = `/review/messages/${aside['anna@one.test']}/0`
    assert.ok(body.includes(`action="${path}/deliver"`))
    const freed = await ask('POST', `${path}/deliver`, { cookie: pressed.cookie })
    assert.equal(freed.code, 303)
    await waitUntil('the message arrives', () => arrivals(sink, 'aside-anna@one.test') === 1)
    const then = await ask('GET', freed.location, { cookie: pressed.cookie })
    assert.match(then.body, /is on its way to you/)
    assert.match(then.body, /Always allow <bdi>a@sender\.example<\/bdi>/)
    await ask('POST', `${path}/deliver`, { cookie: pressed.cookie })
    assert.equal((await site.books()).balanced, true)
    assert.equal(arrivals(sink, 'aside-anna@one.test'), 1)
  })

  test('several messages go, or are deleted, with one press; looking at the boxes ticked does nothing', async () => {
    const names = ['many-1', 'many-2', 'many-3', 'many-4']
    const ids: string[] = []
    for (const name of names)
      ids.push(await sendLetter(site, { to: 'ben@two.test', name, body: unwantedBody }))
    const cookie = await signIn('ben@two.test')
    const page = await ask('GET', '/review/messages?ticked=1', { cookie })
    assert.equal(page.body.match(/type="checkbox"[^>]* checked/g)?.length, 4)
    assert.ok(!page.body.includes('<script'))
    const pick = (id: string | undefined, n = 0) => ['pick', `${id}.${n}`]
    const press = (act: string, ...picks: string[][]) =>
      ask('POST', '/review/messages/many', { cookie, form: [['act', act], ...picks] })
    for (const method of ['GET', 'HEAD'])
      assert.ok((await ask(method, '/review/messages/many', { cookie })).code < 500)
    const foreign = { cookie, foreign: true, form: [['act', 'delete'], pick(ids[0])] }
    assert.equal((await ask('POST', '/review/messages/many', foreign)).code, 403)
    assert.equal(
      (await ask('POST', '/review/messages/many', { form: [['act', 'delete']] })).location,
      '/review',
    )
    assert.equal((await press('report', pick(ids[0]))).code, 400)
    assert.equal((await press('delete', ['pick', 'nonsense'])).code, 400)
    // Twice the same is once; what is somebody else's is not there.
    const freed = await press(
      'deliver',
      pick(ids[0]),
      pick(ids[0]),
      pick(ids[1]),
      pick(aside['anna@two.test']),
    )
    assert.match(
      freed.location,
      /done=many&delivered=2&asked=0&deleted=0&idle=0&refused=0&gone=1&unsure=0&left=0/,
    )
    const then = await ask('GET', freed.location, { cookie })
    assert.match(
      then.body,
      /2 messages are on the way to you, after one more scan\. One message is kept no more\./,
    )
    for (const name of names.slice(0, 2)) await waitUntil(`${name} arrives`, () => arrivals(sink, name) === 1)
    // Asked first, of what still waits alone; nothing has gone by that.
    const asks = await press('delete', pick(ids[1]), pick(ids[2]), pick(ids[3]))
    assert.match(asks.body, /Delete these 2 messages for good\?/)
    const one = await ask('POST', `/review/messages/${ids[2]}/0/delete`, { cookie })
    assert.match(one.body, /Delete this message for good\?.*many-3/s)
    assert.equal((await ask('GET', '/review/messages', { cookie })).body.match(/type="checkbox"/g)?.length, 2)
    const deleted = await press('delete', pick(ids[1]), pick(ids[2]), pick(ids[3]), ['sure', '1'])
    assert.match(deleted.location, /deleted=2&idle=1/)
    assert.match((await ask('GET', '/review/messages', { cookie })).body, /Nothing waits for you/)
    const nothing = await ask('GET', (await press('delete')).location, { cookie })
    assert.match(nothing.body, /Nothing was ticked, so nothing was done\./)
    assert.deepEqual(
      names.map((name) => arrivals(sink, name)),
      [1, 1, 0, 0],
    )
    assert.equal((await site.books()).balanced, true)
  })

  test('nobody does anything with what is not his: 404, and without a session the way in', async () => {
    const cookie = await signIn('ben@one.test')
    const foreign = [aside['anna@two.test'], aside['anna@one.test'], 'nonsense', '0000000000000000']
    for (const id of foreign)
      for (const act of ['show', 'deliver', 'delete', 'block', 'allow', 'report']) {
        const path = `/review/messages/${id}/0/${act}`
        assert.equal((await ask('POST', path, { cookie })).code, 404, path)
        assert.deepEqual((await ask('POST', path)).location, '/review', path)
        assert.equal((await ask('POST', path, { cookie: 'mailkeep-review=x' })).location, '/review')
      }
    // The same message, in somebody else's part of it.
    assert.equal((await ask('POST', `/review/messages/${aside.both}/0/deliver`, { cookie })).code, 404)
    assert.equal((await ask('POST', `/review/messages/${aside.both}/1/show`, { cookie })).code, 200)
    // This session is no manager's, and a manager's none of these.
    const manager = await ask('GET', '/api/v1/me', { cookie: cookie.replace('mailkeep-review', 'mailkeep') })
    assert.equal(manager.code, 401)
  })

  test('looking changes nothing: after every GET of these pages everything is as it was', async () => {
    const cookie = await signIn('anna@one.test')
    const link = await mailedLink('anna@one.test')
    const state = async () => [
      (await api<object>('/api/v1/review/people/anna@one.test')).answer,
      (await api<object>('/api/v1/quarantine')).answer,
      (await site.json<object[]>('audit-log')).length,
    ]
    const before = JSON.stringify(await state()).replace(/"completeUpTo":"[^"]*"/g, '')
    const base = `/review/messages/${aside.both}/0`
    const acts = ['show', 'deliver', 'delete', 'block', 'allow', 'report'].map((act) => `${base}/${act}`)
    const lists = [
      '/review/messages',
      '/review/messages?older=1',
      `/review/messages?done=delivered&of=${aside.both}.0`,
    ]
    for (const path of [link, `${link}/again`, '/review', '/review/leave', ...lists, ...acts])
      for (const method of ['GET', 'HEAD']) assert.ok((await ask(method, path, { cookie })).code < 500, path)
    assert.equal(JSON.stringify(await state()).replace(/"completeUpTo":"[^"]*"/g, ''), before)
    assert.equal((await ask('POST', link)).code, 303, 'the link has all its presses')
  })

  test('the text of a message is shown as text, and the look is written down', async () => {
    const name = 'aside-markup'
    const body = `${unwantedBody}<script>alert(1)</script> https://evil.example/ <img src=x>\r\n`
    const id = await sendLetter(site, { to: 'cleo@one.test', name, body })
    const cookie = await signIn('cleo@one.test')
    const shown = await ask('POST', `/review/messages/${id}/0/show`, { cookie })
    assert.match(shown.body, /&lt;script&gt;alert\(1\)&lt;\/script&gt;/)
    assert.doesNotMatch(shown.body, /<script|<img|href="https?:\/\/evil/)
    const lines = await site.json<{ what: string; who: string }[]>('audit-log')
    assert.ok(lines.some(({ what, who }) => what === 'content-viewed' && who === 'person:cleo@one.test'))
  })

  test('who asks by address hears the same whoever he is, and needs the code that he was shown', async () => {
    const known = await ask('POST', '/review', { form: { address: 'Cleo@two.test' } })
    const unknown = await ask('POST', '/review', { form: { address: 'nobody@two.test' } })
    const codeOf = ({ body }: PageAnswer) => /class="code"><span>(\d{6})</.exec(body)?.[1] ?? ''
    assert.equal(known.body.replace(codeOf(known), ''), unknown.body.replace(codeOf(unknown), ''))
    const mail = await waitUntil('the link comes', () => mailsTo('cleo@two.test')[0])
    assert.equal(mail.content.includes(codeOf(known)), false, 'the code is not in the mail')
    const link = linkIn(mail)
    const wrong = codeOf(known) === '000000' ? '111111' : '000000'
    assert.equal((await ask('POST', link, { form: { code: wrong } })).code, 401)
    assert.equal((await ask('POST', link)).code, 401)
    assert.equal((await ask('POST', link, { form: { code: codeOf(known) } })).code, 303)
    const over = await ask('POST', link, { form: { code: codeOf(known) } })
    assert.equal(over.code, 410)
    assert.match(over.body, /Send me a new link/)
    await ask('POST', `${link}/again`)
    await waitUntil('a new link comes', () => mailsTo('cleo@two.test').length === 2)
    // Another writing of the address is the same person.
    for (let more = 0; more < 5; more++)
      await ask('POST', '/review', { form: { address: `Cleo+${more}@two.test` } })
    await site.must('review', 'send', 'cleo@two.test')
    await waitUntil('the last mail comes', () =>
      mailsTo('cleo@two.test').some((each) => /wait/.test(/^Subject: .*/m.exec(each.content)?.[0] ?? '')),
    )
    assert.ok(mailsTo('cleo@two.test').length <= 1 + 1 + 3 + 1, 'three links at most for a person')
    assert.equal(mailsTo('nobody@two.test').length, 0)
  })

  test('what people report reaches the managers of their tenant, and their answer reaches the people', async () => {
    const cookie = await signIn('ben@one.test')
    const id = aside['ben@one.test']
    const said = await ask('POST', `/review/messages/${id}/0/report`, { cookie })
    assert.match(said.location, /done=reported/)
    const { asked } = (await api<Overview>('/api/v1/overview')).answer
    assert.deepEqual([asked.value?.reports.count, asked.value?.requests.count], [1, 0])
    const { code, answer } = await api<ReportList>('/api/v1/reports?state=open&kind=false-alarm')
    const [line] = answer.lines.value ?? assert.fail(String(code))
    assert.deepEqual(
      [line?.messageId, line?.reporter, line?.subject, line?.asksForRelease, answer.next],
      [id, 'ben@one.test', 'aside-ben@one.test', true, null],
    )
    const path = `/api/v1/reports/${line?.id}`
    const view = (await api<ReportView>(path)).answer
    assert.deepEqual([view.foundState, view.mailState], ['quarantined', 'quarantined'])
    const own = key
    key = (await site.json<{ key: string }>('key', 'add', 'k3', '--tenant', 'two', '--scope', 'messages')).key
    assert.equal((await api<ReportList>('/api/v1/reports')).answer.lines.value?.length, 0)
    assert.equal((await api<Overview>('/api/v1/overview')).answer.asked.value?.reports.count, 0)
    for (const foreign of [path, `${path}/accept`, `${path}/refuse`])
      assert.equal((await api(foreign, foreign === path ? undefined : {})).code, 404, foreign)
    key = own
    const done = await api<{ outcome: string }>(`${path}/accept`, { note: 'It was fine.' })
    assert.deepEqual([done.code, done.answer.outcome], [200, 'released'])
    assert.equal((await api(`${path}/refuse`, {})).code, 409)
    await waitUntil('the message arrives', () => arrivals(sink, 'aside-ben@one.test') === 1)
    await waitUntil('the reporter hears of it', () =>
      mailsTo('ben@one.test').some(({ content }) => /Your report was right.*It was fine\./s.test(content)),
    )
    const lines = await site.json<{ what: string; who: string; tenant: string }[]>('audit-log')
    const decided = lines.find(({ what }) => what === 'report-accepted')
    assert.deepEqual([decided?.tenant, decided?.who.split(':')[0]], ['one', 'key'])
  })

  test('what policy keeps back is asked for; a manager says yes, and the asker hears of it', async () => {
    for (const wish of ['release.spam=request', 'review.from=00:00', 'review.until=23:59'])
      await site.must('policy', 'set', 'two', wish)
    await site.must(
      ...['manager', 'add', 'carla', '--role', 'quarantine', '--tenant', 'two', '--mail', 'carla@two.test'],
    )
    const cookie = await signIn('anna@two.test')
    const id = aside['anna@two.test']
    const asked = await waitUntil('the setting is in force', async () => {
      const { body } = await ask('GET', '/review/messages?older=1', { cookie })
      return body.includes('Ask for it') && ask('POST', `/review/messages/${id}/0/deliver`, { cookie })
    })
    assert.match(asked.location, /done=asked/)
    const toManager = await waitUntil('a manager of the tenant hears', () => mailsTo('carla@two.test')[0])
    assert.match(toManager.content, /^Subject: 1 request waits for an answer\r$/m)
    assert.match(toManager.content, /^https?:\/\/\S+\/requests\r$/m)
    assert.doesNotMatch(toManager.content, /aside-|anna@/, 'no subject and no name')
    // A key of another tenant sees none of it.
    const foreign = await api<{ lines: { value: unknown[] } }>('/api/v1/release-requests')
    assert.deepEqual([foreign.code, foreign.answer.lines.value.length], [200, 0])
    const { lines } = await site.json<{ lines: { id: string; state: string; person: string }[] }>(
      'review',
      'requests',
    )
    assert.deepEqual(
      lines.map(({ state, person }) => `${state} ${person}`),
      ['open anna@two.test'],
    )
    const request = lines[0]?.id ?? ''
    assert.equal((await api(`/api/v1/release-requests/${request}/approve`, {})).code, 404)
    key = (await site.json<{ key: string }>('key', 'add', 'k2', '--tenant', 'two', '--scope', 'messages')).key
    assert.equal((await api(`/api/v1/release-requests/${request}/approve`, { note: 'Fine.' })).code, 200)
    assert.equal((await api(`/api/v1/release-requests/${request}/deny`, {})).code, 409)
    await waitUntil('the message arrives', () => arrivals(sink, 'aside-anna@two.test') === 1)
    const told = () =>
      mailsTo('anna@two.test').filter((each) => /that you asked for is on its way/.test(each.content))
    await waitUntil('the asker hears of it', () => told().length === 1)
    assert.match(told()[0]?.content ?? '', /Fine\./)
    await site.must('policy', 'set', 'two', 'review.sign-in=off')
    await waitUntil(
      'the session is over',
      async () => (await ask('GET', '/review/messages', { cookie })).location === '/review',
    )
    assert.notEqual((await site.command('review', 'send', 'anna@two.test')).code, 0)
  })
})
