import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { percentile } from '../drills/measure.ts'
import { ClickingPeople } from '../harness/people/clicking-people.ts'
import { MailSource } from '../harness/people/mail-source.ts'
import { measureWindows } from '../harness/people/mail-windows.ts'
import { furnish } from '../harness/people/people-house.ts'
import { Sink } from '../harness/sink.ts'
import { TestSite } from '../harness/site.ts'

/** The long form is `npm run bench people`: a hundred managers, a thousand people, and mail at 60 %. */
const size = { managers: 4, persons: 40, asideEach: 2 }
/** These people are faster than people are, so that seconds hold all that they do. */
const pace = 24
const rate = 60

describe('people clicking while mail flows', () => {
  test('mail is answered as fast as without them, and everybody is answered too', async () => {
    await using started = new AsyncDisposableStack()
    const hop = started.adopt(await Sink.start(), (each) => each.down())
    const postbox = started.adopt(await Sink.start({ keep: true }), (each) => each.down())
    const site = started.use(await TestSite.start({ hasUrl: true }))
    const house = await furnish(site, { ...size, hop: hop.hop, sink: postbox })
    const source = started.adopt(new MailSource(), (each) => each.stop())
    const people = started.adopt(new ClickingPeople(site.consolePort, house, postbox, pace), (each) =>
      each.stop(),
    )
    const { mailboxes } = house
    const mail = { port: site.smtpPort, source, people, mailboxes, rate, size: 4000 }
    await source.send({ ...mail, messages: 300, rate: 0 })
    const windows = await measureWindows({ ...mail, seconds: 2, pairs: 3 })
    const p99 = (withPeople: boolean) =>
      percentile(
        windows.filter((each) => each.withPeople === withPeople).map((each) => each.p99),
        0.5,
      )
    const [alone, beside] = [p99(false), p99(true)]
    // Wide, since other tests share the machine; what a console in the way of mail costs is far more.
    assert.ok(beside <= Math.max(alone * 2, alone + 100), `mail p99 ${beside} ms, alone ${alone} ms`)
    assert.deepEqual(
      windows.flatMap((each) => each.refused),
      [],
    )
    const clicks = windows.flatMap((each) => each.clicks)
    const wrong = clicks.filter(({ code }) => code !== 200 && code !== 303)
    assert.deepEqual(
      wrong.map(({ what, code }) => `${what} ${code}`),
      [],
    )
    const did = new Set(clicks.map(({ what }) => what))
    for (const what of ['overview', 'messages', 'queue', 'quarantine', 'messages/ID', 'messages/ID/content'])
      assert.ok(did.has(what), `managers: ${what}`)
    for (const what of ['link', 'link: press', 'list', 'show', 'deliver', 'delete', 'leave'])
      assert.ok(did.has(what), `people: ${what}`)
    assert.equal((await site.books()).balanced, true)
  })
})
