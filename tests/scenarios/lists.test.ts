import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { attached } from '../harness/attached.ts'
import { eicar } from '../harness/clamd.ts'
import { type Offered, offerAll } from '../harness/offer.ts'
import { Rbldnsd, rbldnsdMissing } from '../harness/rbldnsd.ts'
import { Sink } from '../harness/sink.ts'
import { TestSite } from '../harness/site.ts'
import { waitUntil } from '../harness/wait-until.ts'
import { unlessInstalled } from '../suites/missing-package.ts'

const user = 'b@site.example'
const zone = 'bl.example'

interface Status {
  readonly lists: readonly { why: string; off: string | null; kept: number; released: number }[]
}

describe('an outside list', unlessInstalled(rbldnsdMissing() === null, 'rbldnsd'), () => {
  let site: TestSite
  let sink: Sink
  let server: Rbldnsd
  let held: Offered[] = []
  let virus = ''

  const send = (names: readonly string[], ip: string, letter = { header: '', body: 'words\r\n' }) =>
    offerAll(
      site.smtpPort,
      names.map((name) => ({
        ip,
        helo: 'client.example',
        mailFrom: `${name}@sender.example`,
        to: user,
        content: `From: ${name}@sender.example\r\nSubject: ${name}\r\nMessage-ID: <${name}@x.example>\r\n${letter.header}\r\n${letter.body}`,
      })),
      1,
    )
  const quarantined = async () =>
    (await site.json<{ lines: { messageId: string }[] }>('quarantine', 'list')).lines.map(
      (each) => each.messageId,
    )
  const arrived = (name: string) =>
    sink.messages.filter((each) => each.headerMessageId === `<${name}@x.example>`)
  const status = async () => (await site.json<Status>('lists', 'status')).lists[0]

  before(async () => {
    server = await Rbldnsd.start(zone, ['198.51.100.7'])
    sink = await Sink.start()
    site = await TestSite.start({
      domains: { 'site.example': sink.hop },
      users: [user],
      settings: {
        'dns.servers': [server.address],
        'gateway.trustXclient': ['127.0.0.0/8'],
        'inspection.temperror': 'deliver',
        'lists.ask': [`address ${zone} 127.0.0.2=250`],
        'lists.mostPerList': 250,
        'lists.probation': '2s',
        // The server of the list is silent where the machine stands still, and what nobody has said weighs nothing.
        'dns.timeout': '10s',
        'lists.timeout': '9s',
      },
    })
  })
  after(async () => {
    await site?.[Symbol.asyncDispose]()
    await server?.[Symbol.asyncDispose]()
    await sink?.down()
  })

  test('keeps mail of those whom it lists, and the command says what it did', async () => {
    held = await send(['one', 'two', 'three'], '198.51.100.7')
    const [infected] = await send(['virus'], '198.51.100.7', attached('e.com', Buffer.from(eicar)))
    virus = infected?.id ?? ''
    await send(['free'], '198.51.100.8')
    await waitUntil('other mail arrives', () => arrived('free').length === 1)
    assert.equal((await quarantined()).length, 4)
    const { why, off, kept } = (await status())!
    assert.deepEqual({ why, off, kept }, { why: '', off: null, kept: 4 })
    const { mail } = await site.json<{ mail: { messageId: string; onlyByIt: boolean }[] }>(
      'lists',
      'kept',
      zone,
    )
    assert.deepEqual(
      mail.map((each) => [each.messageId, each.onlyByIt]),
      [[virus, false], ...held.map((each) => [each.id, true]).reverse()],
    )
  })

  test('switched off, it weighs nothing within a minute, and what it alone had caught leaves once', async () => {
    await site.must('lists', 'off', zone, '--why', 'it lists everybody')
    assert.match(await site.must('audit-log'), /list-off .*it lists everybody/)
    const names = ['one', 'two', 'three']
    await waitUntil('it leaves by itself', () => names.every((name) => arrived(name).length > 0), 60_000)
    assert.deepEqual(await quarantined(), [virus])
    assert.match(await site.must('trace', held[0]!.id), /re-judged/)
    await send(['four'], '198.51.100.7')
    await waitUntil('new mail arrives', () => arrived('four').length === 1)
    assert.match((await status())?.off ?? '', /off since .*: it lists everybody/)
    assert(names.every((name) => arrived(name).length === 1))
  })

  test('switched on again, it counts', async () => {
    await site.must('lists', 'on', zone)
    let tries = 0
    const isHeld = async () => {
      const [offered] = await send([`again${tries++}`], '198.51.100.7')
      return (await quarantined()).includes(offered?.id ?? '')
    }
    await waitUntil('mail is kept', isHeld, 60_000, 500)
  })

  test('a list that lists everybody mutes itself, and what it caught meanwhile leaves', async () => {
    const before = new Set(await quarantined())
    server.list(['0.0.0.0/1', '128.0.0.0/1'])
    const caught: string[] = []
    const isMuted = async () => {
      const [offered] = await send([`any${caught.length}`], '198.51.100.9')
      caught.push(offered?.id ?? '')
      return caught.some((_, n) => arrived(`any${n}`).length > 0)
    }
    await waitUntil('it is muted', isMuted, 60_000, 1000)
    const isFree = async () => {
      // Mail that comes in tells that it is muted still.
      await send([`more${Math.random()}`], '198.51.100.9')
      return (await quarantined()).every((id) => before.has(id) || !caught.includes(id))
    }
    await waitUntil('all that it caught has left', isFree, 120_000, 2000)
    assert((await quarantined()).includes(virus))
    assert.notEqual((await site.command('lists', 'status')).code, 0)
  })
})
