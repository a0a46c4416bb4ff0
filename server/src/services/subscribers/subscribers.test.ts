import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { openIncident } from '#services/status/open-incident.ts'
import { postUpdate } from '#services/status/post-update.ts'
import { putComponent } from '#services/status/put-component.ts'
import { openTestSite, type TestSite } from '../../test-site.ts'
import { askToSubscribe, subscriberLimits } from './ask-to-subscribe.ts'
import { confirmSubscription, leaveSubscription } from './settle-subscription.ts'
import type { SubscriberMail, SubscriberParts } from './subscriber-parts.ts'
import { takeNoticeBounce } from './take-notice-bounce.ts'
import { tellSubscribers } from './tell-subscribers.ts'

const noon = Date.parse('2027-06-10T12:00:00Z')
const minuteMs = 60_000

/** Subscribers of a page with two components; what is sent is kept here. */
class Told {
  readonly mails: SubscriberMail[] = []
  readonly posts: { url: string; body: string }[] = []
  readonly parts: SubscriberParts
  at = noon
  status = 200
  fails = false
  unreachable = 0

  constructor({ site }: TestSite) {
    this.parts = {
      ...{ subscribers: site.subscribers, status: site.status, readStatus: site.status },
      ...{ directory: site.directory, access: site.access },
      page: { name: 'Harbour Post', url: 'https://status.harbour.example' },
      pageUrl: () => 'https://pages.harbour.example',
      send: async (mail) => {
        if (this.fails) throw new Error('the process ends here')
        this.mails.push(mail)
      },
      wasSent: async (id) => this.mails.some((each) => each.id === id),
      fetch: (async (url: string, { body }: { body: string }) => {
        this.posts.push({ url, body })
        return { status: this.status }
      }) as unknown as SubscriberParts['fetch'],
      onUnreachable: () => {
        this.unreachable += 1
      },
      now: () => this.at,
    }
  }

  ask(address: string, components: readonly string[] = [], ip = '192.0.2.1'): Promise<void> {
    return askToSubscribe(this.parts, { address, components, ip })
  }

  async subscribe(address: string, components: readonly string[] = []): Promise<void> {
    await this.ask(address, components)
    const url = this.mails.pop()?.button.url ?? JSON.parse(this.posts.pop()?.body ?? '{}').confirm_url
    assert.ok(await confirmSubscription(this.parts, url.split('/').at(-1)))
  }
}

async function openTold(it: TestSite): Promise<Told> {
  for (const id of ['gateway', 'console']) await putComponent(orderOf(it), { id, name: id })
  return new Told(it)
}
const orderOf = (it: TestSite, at = noon) => ({ ...it.order, status: it.site.status, at })
const fault = {
  ...{ name: 'Mail waits', text: 'Mail in waits.', impact: 'major' as const, todo: 'Nothing.' },
  components: [{ id: 'gateway', state: 'partial_outage' as const }],
}

describe('being told of the status page', () => {
  test('who minds a component hears of its parts, and who minds a part of it not of the others', async () => {
    using it = openTestSite()
    const told = await openTold(it)
    for (const id of ['filtering', 'logs'])
      await putComponent(orderOf(it), { id, name: id, parent: 'gateway' })
    await told.subscribe('whole@far.example', ['gateway'])
    await told.subscribe('part@far.example', ['filtering'])
    await told.subscribe('other@far.example', ['logs'])
    await openIncident(orderOf(it), { ...fault, components: [{ id: 'filtering', state: 'partial_outage' }] })
    await tellSubscribers(told.parts)
    assert.deepEqual(told.mails.map((each) => each.to).sort(), ['part@far.example', 'whole@far.example'])
  })

  test('each update is told once, to those who want to hear of its components, and one click ends it', async () => {
    using it = openTestSite()
    const told = await openTold(it)
    await told.subscribe('Anna@Example.org')
    await told.subscribe('bert@example.org', ['gateway'])
    await told.subscribe('carl@example.org', ['console'])
    told.at += minuteMs
    const { id } = await openIncident(orderOf(it, told.at), fault)
    told.at += 1000
    await tellSubscribers(told.parts)
    await tellSubscribers(told.parts)
    assert.deepEqual(told.mails.map((each) => each.to).toSorted(), ['anna@example.org', 'bert@example.org'])
    const [mail] = told.mails
    assert.equal(mail?.subject, 'Harbour Post: Mail waits (investigating)')
    assert.ok(mail?.paragraphs.includes('What you have to do: Nothing.'))
    for (const { to, leaveUrl } of told.mails.splice(0))
      if (to.startsWith('anna')) {
        const secret = leaveUrl?.split('/').at(-1) ?? ''
        assert.equal(await leaveSubscription(told.parts, secret), true)
        assert.equal(await leaveSubscription(told.parts, secret), false)
      }
    told.at += minuteMs
    await postUpdate(orderOf(it, told.at), id, { state: 'monitoring', text: 'It runs again.' })
    await tellSubscribers(told.parts)
    assert.deepEqual(
      told.mails.map((each) => each.to),
      ['bert@example.org'],
    )
  })

  test('a notice that fails comes again, and one that was accepted is not sent twice', async () => {
    using it = openTestSite()
    const told = await openTold(it)
    await told.subscribe('anna@example.org')
    told.at += minuteMs
    await openIncident(orderOf(it, told.at), fault)
    told.fails = true
    await tellSubscribers(told.parts)
    told.fails = false
    await tellSubscribers(told.parts)
    assert.equal(told.mails.length, 0, 'its time has not come')
    told.at += 3 * minuteMs
    await tellSubscribers(told.parts)
    assert.equal(told.mails.length, 1)
    const { id } = told.mails[0]!
    assert.equal(await told.parts.wasSent(id), true)
  })

  test('programs are told in the form of status pages, and asked first', async () => {
    using it = openTestSite()
    const told = await openTold(it)
    await told.subscribe('https://hooks.example.org/status')
    told.at += minuteMs
    await openIncident(orderOf(it, told.at), fault)
    told.status = 500
    await tellSubscribers(told.parts)
    told.status = 204
    told.at += 3 * minuteMs
    await tellSubscribers(told.parts)
    await tellSubscribers(told.parts)
    assert.equal(told.posts.length, 2)
    const { meta, page, incident } = JSON.parse(told.posts[1]?.body ?? '')
    assert.match(meta.unsubscribe, /^https:\/\/pages\.harbour\.example\/status\/leave\/[\w-]{43}$/)
    assert.deepEqual([page.status_indicator, incident.name], ['major', 'Mail waits'])
  })

  test('how long a host takes to answer, or whether it does, is told to nobody who asks', async () => {
    using it = openTestSite()
    const told = await openTold(it)
    for (const fetch of [() => new Promise(() => undefined), () => Promise.reject(new Error('refused'))]) {
      const parts = { ...told.parts, fetch: fetch as unknown as SubscriberParts['fetch'] }
      const wish = { address: 'https://10.0.0.1:8443/', components: [], ip: '192.0.2.1' }
      assert.equal(await askToSubscribe(parts, wish), undefined)
    }
  })

  test('nobody has strangers written to again and again, or fills the list', async () => {
    using it = openTestSite()
    const told = await openTold(it)
    for (let n = 0; n < subscriberLimits.perAddress + 2; n++)
      await told.ask('victim@example.org', [], `192.0.2.${n}`)
    assert.equal(told.mails.length, subscriberLimits.perAddress)
    for (let n = 0; n < subscriberLimits.perClient; n++)
      await told.ask(`v${n}@example.org`, [], '198.51.100.9')
    await assert.rejects(told.ask('more@example.org', [], '198.51.100.9'), { code: 'conflict' })
    for (const address of [
      '',
      'x',
      'a@b@c',
      'http://hooks.example.org/',
      'javascript:alert(1)',
      'a@b\r\nBcc: c@d',
    ])
      await assert.rejects(told.ask(address, [], '203.0.113.5'), { code: 'wrong' }, address)
    await assert.rejects(told.ask('a@example.org', ['nothing'], '203.0.113.6'), { code: 'wrong' })
    assert.deepEqual((await told.parts.subscribers.countSubscribers()).confirmed, 0)
  })

  test('who subscribes later is not told of what was before', async () => {
    using it = openTestSite()
    const told = await openTold(it)
    await openIncident(orderOf(it, told.at), fault)
    told.at += minuteMs
    await told.subscribe('anna@example.org')
    await tellSubscribers(told.parts)
    assert.equal(told.mails.length, 0)
  })

  test('an address that nobody is behind any more is taken out after three notices in a row, and said so', async () => {
    using it = openTestSite()
    const told = await openTold(it)
    await told.subscribe('gone@example.org')
    await told.subscribe('there@example.org')
    let apart = minuteMs
    const outcome = async (...words: readonly ('gone' | 'spam' | 'taken')[]) => {
      for (const word of words) {
        told.at += apart
        await openIncident(orderOf(it, told.at), fault)
        await tellSubscribers(told.parts)
        const notices = told.mails.splice(0)
        assert.ok(notices.length > 0, 'somebody is told')
        const notice = notices.find((each) => each.to === 'gone@example.org')
        if (word === 'taken' || !notice) continue
        const bounce = { id: notice.id, bytes: word === 'gone' ? dsn('5.2.1') : dsn('5.7.1'), at: told.at }
        assert.equal(await takeNoticeBounce(told.parts, bounce), word === 'gone')
        assert.equal(await takeNoticeBounce(told.parts, bounce), false, 'each notice counts once')
      }
      await tellSubscribers(told.parts)
      return (await told.parts.subscribers.subscribers(null, 10)).map((each) => each.address)
    }
    const both = ['gone@example.org', 'there@example.org']
    assert.deepEqual(await outcome('gone', 'gone', 'gone', 'gone'), both, 'a directory broken for minutes')
    told.at += 15 * 24 * 60 * minuteMs
    apart = 24 * 60 * minuteMs
    assert.deepEqual(await outcome('gone', 'gone', 'spam', 'spam'), both, 'spam says nothing of the address')
    told.at += 14 * 24 * 60 * minuteMs
    assert.deepEqual(await outcome('gone', 'gone'), both, 'what is older than 14 days does not count')
    assert.deepEqual(await outcome('gone'), ['there@example.org'])
    assert.equal(told.unreachable, 1)
    const [line] = await it.site.access.audit(null, null, 1)
    assert.match(JSON.stringify(line), /status-unsubscribed.*gone@example\.org.*could not be delivered/)
  })
})

const dsn = (status: string) =>
  Buffer.from(
    [
      ...['From: mailer@far.example', 'Subject: Not delivered', 'MIME-Version: 1.0'],
      'Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n',
      '--b\r\nContent-Type: text/plain\r\n\r\nIt was not delivered.',
      '--b\r\nContent-Type: message/delivery-status\r\n',
      'Reporting-MTA: dns; far.example\r\n',
      'Final-Recipient: rfc822; somebody.else@far.example\r\nAction: failed',
      `Status: ${status}\r\nDiagnostic-Code: smtp; 550 ${status} ${status === '5.2.1' ? 'Mailbox disabled' : 'Message rejected as spam'}\r\n`,
      '--b--\r\n',
    ].join('\r\n'),
  )
