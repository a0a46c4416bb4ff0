import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { askSite, type SiteQuestion, signInByLink } from '../harness/ask-site.ts'
import { arrivals, sendLetter, unwantedBody } from '../harness/letter.ts'
import { Sink } from '../harness/sink.ts'
import { TestSite } from '../harness/site.ts'
import { waitUntil } from '../harness/wait-until.ts'

interface Event {
  readonly id: string
  readonly kind: string
  readonly recipient: string | null
  readonly tenant: string | null
}

/** Takes what is sent, and answers as it is told to. */
class Receiver {
  readonly posts: { signature: string; body: string; isTaken: boolean }[] = []
  status = 200
  readonly #server: Server

  constructor() {
    this.#server = createServer(async (request, response) => {
      let body = ''
      for await (const chunk of request) body += chunk
      const signature = String(request.headers['mailkeep-signature'])
      this.posts.push({ signature, body, isTaken: this.status === 200 })
      response.writeHead(this.status, { location: 'http://127.0.0.1:1/' }).end()
    })
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/hook?a=1`
  }

  /** Events that were taken, as they came. */
  events(): Event[] {
    return this.posts
      .filter((each) => each.isTaken)
      .flatMap((each) => (JSON.parse(each.body) as { events: Event[] }).events)
  }

  close(): void {
    this.#server.closeAllConnections()
    this.#server.close()
  }
}

describe('webhooks', () => {
  let site: TestSite
  let sink: Sink
  let url: string
  let boss: string
  const receiver = new Receiver()
  /** A pager and a chat. */
  const other = new Receiver()
  let otherUrl: string
  const hook: { id: string; secret: string } = { id: '', secret: '' }
  const ask = (path: string, question: SiteQuestion = {}) =>
    askSite(site.consolePort, path, { cookie: boss, ...question })
  const settings = { 'web.allowNetworks': ['127.0.0.0/8'], 'webhooks.retryAfter': '200ms' }

  before(async () => {
    url = await receiver.listen()
    otherUrl = await other.listen()
    sink = await Sink.start()
    site = await TestSite.start({
      domains: {},
      users: [],
      settings,
    })
    await site.must('tenant', 'add', 'house', '--level', 'operator')
    for (const name of ['one', 'two']) {
      await site.must('tenant', 'add', name, '--parent', 'house')
      await site.must('domain', 'add', `${name}.test`, '--tenant', name, '--next-hop', sink.hop)
      await site.must('user', 'add', `a@${name}.test`)
    }
    await site.knows('a@two.test')
    const made = await site.json<{ link: string }>('manager', 'add', 'boss', '--role', 'operator')
    boss = await signInByLink(site.consolePort, made.link)
  })
  after(async () => {
    receiver.close()
    other.close()
    await site[Symbol.asyncDispose]()
    await sink.down()
  })

  test('is made with a secret that is shown once, and tested by a button', async () => {
    const made = await ask('/api/v1/webhooks', {
      body: { tenant: 'one', name: 'tickets', url, kinds: ['delivered', 'quarantined', 'released'] },
    })
    assert.equal(made.code, 200, made.body)
    const { webhook, secret } = made.json<{ webhook: { id: string; etag: string }; secret: string }>()
    Object.assign(hook, { id: webhook.id, secret })
    assert.ok(!(await ask('/api/v1/webhooks')).body.includes(secret))
    assert.ok(!(await site.must('audit-log', '--json')).includes(secret))
    const change = (name: string, etag: string) =>
      ask(`/api/v1/webhooks/${hook.id}`, {
        method: 'PATCH',
        body: { name },
        headers: { 'if-match': `"${etag}"` },
      })
    const renamed = await change('desk', webhook.etag)
    assert.equal(renamed.json<{ name: string }>().name, 'desk', renamed.body)
    assert.equal((await change('lost', webhook.etag)).code, 412, 'who has read it before writes over nothing')
    const { name, etag } = (await ask(`/api/v1/webhooks/${hook.id}`)).json<{ name: string; etag: string }>()
    assert.deepEqual([name, etag], ['desk', renamed.json<{ etag: string }>().etag])
    const tried = await ask(`/api/v1/webhooks/${hook.id}/test`, { body: {} })
    assert.deepEqual(tried.json(), { taken: true, status: 200, why: '' })
    const [first] = receiver.posts
    const [, t = '', v1] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(first?.signature ?? '') ?? []
    assert.equal(v1, createHmac('sha256', secret).update(`${t}.${first?.body}`).digest('hex'))
    assert.ok(Math.abs(Date.now() / 1000 - Number(t)) < 60)
  })

  test('is made, tried and removed by commands too', async () => {
    const add = (...more: string[]) =>
      site.command('webhook', 'add', 'desk', '--url', otherUrl, '--kind', 'delivered', ...more)
    assert.match((await add('--tenant', 'nobody')).stderr, /there is no tenant nobody/)
    assert.match((await add('--tenant', 'two', '--domain', 'one.test')).stderr, /no domain one\.test of two/)
    const { code, stdout, stderr } = await add('--tenant', 'two', '--domain', 'Two.test', '--json')
    assert.equal(code, 0, stderr)
    const { id, secret } = JSON.parse(stdout) as { id: string; secret: string }
    const listed = await site.must('webhook', 'list', '--tenant', 'two', '--json')
    assert.ok(listed.includes(id) && listed.includes('"domain":"two.test"') && !listed.includes(secret))
    assert.match(await site.must('webhook', 'test', id), /It was taken \(200\)/)
    const [post] = other.posts
    const [, t = '', v1] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(post?.signature ?? '') ?? []
    assert.equal(v1, createHmac('sha256', secret).update(`${t}.${post?.body}`).digest('hex'))
    other.status = 500
    const failed = await site.command('webhook', 'test', id)
    assert.deepEqual([failed.code, failed.stdout.trim()], [1, 'It was not taken: it answered 500.'])
    other.status = 200
    other.posts.length = 0
    await site.must('webhook', 'remove', id)
    assert.match(await site.must('webhook', 'list', '--tenant', 'two'), /There are no webhooks/)
  })

  test('tells what becomes of the mail of its tenant, in order, and nothing of others', async () => {
    await sendLetter(site, { to: ['a@one.test'], name: 'good-one' })
    await sendLetter(site, { to: ['a@two.test'], name: 'good-two' })
    const aside = await sendLetter(site, { to: ['a@one.test'], name: 'bad-one', body: unwantedBody })
    const kinds = () => receiver.events().map((each) => each.kind)
    await waitUntil('both are told', () => kinds().includes('delivered') && kinds().includes('quarantined'))
    await site.must('quarantine', 'release', aside)
    await waitUntil('the release is told', () => kinds().includes('released'))
    const mail = receiver.events().filter((each) => each.kind !== 'test')
    assert.ok(mail.every((each) => each.tenant === 'one' && each.recipient === 'a@one.test'))
    assert.ok(kinds().indexOf('quarantined') < kinds().indexOf('released'))
  })

  test('what a receiver does not take is sent again until it does, without gaps or another order', async () => {
    receiver.status = 500
    const told = receiver.events().length
    for (const n of [1, 2, 3]) await sendLetter(site, { to: ['a@one.test'], name: `later-${n}` })
    await waitUntil('it was tried twice', () => receiver.posts.filter((each) => !each.isTaken).length >= 2)
    receiver.status = 200
    await waitUntil('all are told', () => receiver.events().length >= told + 3)
    const numbers = receiver.events().flatMap(({ id }) => Number(/^event-(\d+)$/.exec(id)?.[1]) || [])
    const once = [...new Set(numbers)]
    assert.deepEqual(
      once,
      [...once].sort((a, b) => a - b),
    )
    const posts = (await ask(`/api/v1/webhooks/${hook.id}/posts`)).json<{
      lines: { status: number; attempt: number; error: string }[]
    }>().lines
    assert.ok(posts.some((each) => each.status === 500 && /answered 500/.test(each.error)))
    assert.ok(posts.some((each) => each.status === 200 && each.attempt > 1))
  })

  test('a pager and a chat read alarms in their own form; the end of one resolves its beginning', async () => {
    const key = 'R0123456789abcdefR0123456789abcd'
    const add = (body: object) =>
      ask('/api/v1/webhooks', { body: { tenant: 'house', url: otherUrl, ...body } })
    const alarms = ['alarm.opened', 'alarm.closed']
    assert.equal((await add({ name: 'p', form: 'pagerduty', kinds: alarms })).code, 400, 'no key')
    assert.equal((await add({ name: 'p', form: 'pagerduty', key, kinds: ['delivered'] })).code, 400)
    const pager = await add({ name: 'pager', form: 'pagerduty', key, kinds: alarms })
    const chat = await add({ name: 'chat', form: 'slack', kinds: ['alarm.opened', 'quarantined'] })
    for (const made of [pager, chat]) {
      assert.equal(made.code, 200, made.body)
      assert.equal(made.json<{ secret: string | null }>().secret, null)
      const { id } = made.json<{ webhook: { id: string } }>().webhook
      assert.equal(
        (await ask(`/api/v1/webhooks/${id}/test`, { body: {} })).json<{ taken: boolean }>().taken,
        true,
      )
    }
    assert.ok(!(await ask('/api/v1/webhooks')).body.includes(key))
    // Beside true alarms of a machine that is busy.
    const tests = other.posts
      .map(({ body }) => JSON.parse(body))
      .filter((each) => !each.payload?.class && !each.text?.startsWith(':'))
    assert.deepEqual(
      tests.map((each) => each.text ?? `${each.event_action} ${each.routing_key}`),
      [`trigger ${key}`, `resolve ${key}`, 'Mailkeep: this is a test.'],
    )
    assert.ok(other.posts.every(({ signature }) => signature === 'undefined'))
  })

  test('one that never takes anything is paused with an alarm, and goes on where it stopped', async () => {
    // Only now, since a busy machine may take long to hand in a few letters.
    site.configure({ ...settings, 'webhooks.giveUpAfter': '1s' })
    site.signal('SIGHUP')
    receiver.status = 302
    const before = receiver.posts.length
    await sendLetter(site, { to: ['a@one.test'], name: 'while-away' })
    const state = async () =>
      (await ask('/api/v1/webhooks')).json<{ lines: { pausedAt: string | null }[] }>().lines[0]
    await waitUntil('it is paused', async () => ((await state())?.pausedAt ?? null) !== null)
    assert.ok(receiver.posts.length > before, 'a redirection is not followed')
    await waitUntil('it is told', async () =>
      (await ask('/metrics')).body.includes('alarms_open{name="webhook-paused"} 1'),
    )
    await sendLetter(site, { to: ['a@one.test'], name: 'while-paused' })
    site.configure(settings)
    site.signal('SIGHUP')
    receiver.status = 200
    const heard = receiver.events().length
    assert.equal((await ask(`/api/v1/webhooks/${hook.id}/resume`, { body: {} })).code, 200)
    await waitUntil('what happened meanwhile is told', () => receiver.events().length >= heard + 2)
    await waitUntil('the alarm is over', async () =>
      (await ask('/metrics')).body.includes('alarms_open{name="webhook-paused"} 0'),
    )
    const told = (action: string) =>
      other.posts
        .map(({ body }) => JSON.parse(body))
        .find((each) => each.event_action === action && each.payload.class === 'webhook-paused')
    await waitUntil('the pager heard its end', () => told('resolve'))
    assert.equal(told('trigger').dedup_key, told('resolve').dedup_key)
    assert.equal(told('trigger').payload.severity, 'warning')
    await waitUntil('the chat heard of it', () =>
      other.posts.some(({ body }) => /^:warning: \*webhook-paused\*/.test(JSON.parse(body).text ?? '')),
    )
  })

  test('nothing within is asked, and nobody makes one where he sees nothing', async () => {
    const add = (given: string, cookie = boss) =>
      ask('/api/v1/webhooks', {
        cookie,
        body: { tenant: 'one', name: 'x', url: given, kinds: ['delivered'] },
      })
    for (const bad of [
      'http://tickets.example/',
      'https://10.0.0.1/',
      'https://a:b@x.example/',
      'file:///x',
      'https://[::1]/',
    ])
      assert.equal((await add(bad)).code, 400, bad)
    const { link } = await site.json<{ link: string }>(
      ...['manager', 'add', 'fay', '--role', 'administrator', '--tenant', 'two'],
    )
    const fay = await signInByLink(site.consolePort, link)
    assert.equal((await add('https://x.example/', fay)).code, 404)
    assert.equal((await ask(`/api/v1/webhooks/${hook.id}/posts`, { cookie: fay })).code, 404)
    assert.equal((await ask(`/api/v1/webhooks/${hook.id}`, { method: 'DELETE', cookie: fay })).code, 404)
  })

  test('a collector comes and asks: in order, page by page, within its reach', async () => {
    const { key } = await site.json<{ key: string }>(
      'key',
      'add',
      'siem',
      '--tenant',
      'two',
      '--scope',
      'logs',
    )
    const page = async (query: string) =>
      (await askSite(site.consolePort, `/api/v1/events?${query}`, { key })).json<{
        lines: Event[]
        next: string
        isEnd: boolean
      }>()
    const all: Event[] = []
    let at = await page('after=0..0.0&limit=2')
    for (let n = 0; n < 50 && !at.isEnd; n++, at = await page(`after=${at.next}&limit=2`))
      all.push(...at.lines)
    all.push(...at.lines)
    assert.ok(all.length >= 2)
    assert.ok(all.every((each) => each.tenant === 'two'))
    assert.equal(new Set(all.map((each) => each.id)).size, all.length)
    assert.equal((await page(`after=${at.next}`)).lines.length, 0)
    assert.ok(all.some(({ kind }) => kind === 'audited'))
    const { key: mailOnly } = await site.json<{ key: string }>(
      ...['key', 'add', 'mail', '--tenant', 'two', '--scope', 'messages'],
    )
    const ofMail = (query: string) => askSite(site.consolePort, `/api/v1/events?${query}`, { key: mailOnly })
    assert.equal((await ofMail('kinds=audited')).code, 403)
    assert.ok(!(await ofMail('after=0..0.0&limit=500')).body.includes('audited'))
    assert.equal((await askSite(site.consolePort, '/api/v1/events?kinds=nonsense', { key })).code, 400)
  })

  test('mail never waits for a receiver that hangs', async () => {
    const open = new Set<unknown>()
    const hanging = createServer((request) => {
      open.add(request)
      request.socket.once('close', () => open.delete(request))
    })
    await new Promise<void>((resolve) => hanging.listen(0, '127.0.0.1', resolve))
    const { port } = hanging.address() as AddressInfo
    const slow = `http://127.0.0.1:${port}/`
    await ask('/api/v1/webhooks', { body: { tenant: 'one', name: 'slow', url: slow, kinds: ['delivered'] } })
    await sendLetter(site, { to: ['a@one.test'], name: 'told-of' })
    // It gives up after some seconds and asks anew: another round where a busy machine took as long.
    let round = 0
    await waitUntil('a letter is delivered while the receiver hangs', async () => {
      const asked = await waitUntil('it is asked', () => [...open][0])
      const name = `not-held-up-${round++}`
      await sendLetter(site, { to: ['a@one.test'], name })
      await waitUntil('it is delivered', () => arrivals(sink, name) > 0)
      return open.has(asked)
    })
    hanging.closeAllConnections()
    hanging.close()
  })
})
