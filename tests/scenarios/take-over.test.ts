import assert from 'node:assert/strict'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, describe, test } from 'node:test'
import { settledBooks } from '../harness/books.ts'
import { type Sent, sendLoad } from '../harness/load.ts'
import { Sink, type SinkBehaviour } from '../harness/sink.ts'
import { TestSite } from '../harness/site.ts'
import { plot, storyOf } from '../harness/story.ts'
import { waitUntil } from '../harness/wait-until.ts'

const to = 'b@site.example'
const leaseMs = 5000
const connections = 10
const batch = 160
/** A hop of 300 ms: whoever dies has mail on the wire. */
const slow: SinkBehaviour = (stage) => (stage === 'final' ? { kind: 'slow', ms: 300 } : undefined)

/** One data folder, and a process for each role: two of those whose work others take over. */
describe('processes of one site that die while mail flows (PL-02)', () => {
  let sink: Sink
  let gateway: TestSite
  let inspectors: TestSite[]
  let deliverers: TestSite[]
  let desk: TestSite
  const sent: Sent[] = []
  const all = () => [...deliverers, ...inspectors, desk]

  before(async () => {
    sink = await Sink.start()
    gateway = await TestSite.start({
      domains: { 'site.example': sink.hop },
      users: [to],
      roles: ['gateway'],
      settings: {
        'delivery.lease': leaseMs / 1000,
        'inspection.lease': leaseMs / 1000,
        'delivery.laneConnections': connections,
        'inspection.threads': 1,
      },
    })
    ;[deliverers, inspectors] = await Promise.all([pair('delivery'), pair('inspection')])
    desk = await TestSite.beside(gateway, ['console', 'jobs'])
    sink.behaviour = slow
  })
  after(async () => {
    for (const each of all()) await each[Symbol.asyncDispose]()
    await gateway[Symbol.asyncDispose]()
    await sink.down()
  })

  const pair = async (role: string) => [
    await TestSite.beside(gateway, [role]),
    await TestSite.beside(gateway, [role]),
  ]

  /** Mail flows while something happens to one of the processes. */
  async function whileMailFlows(happens: () => Promise<void>): Promise<void> {
    const load = sendLoad({
      port: () => gateway.smtpPort,
      messages: batch,
      connections: 5,
      perConnection: 100,
      rate: 80,
      rcptTo: () => to,
    })
    await happens()
    const now = await load
    assert.ok(
      now.every((each) => each.outcome === 'acknowledged'),
      'nobody was refused',
    )
    sent.push(...now)
  }

  const arrived = () =>
    waitUntil('everything arrives', () => sink.copies().size === sent.length, leaseMs + 60_000)
  /** Copies too many, but for those of somebody whom a busy machine has let lose a lease beside the test. */
  const doubles = (meant: readonly string[] = []) =>
    sink.messages.length - sink.copies().size - lostLeases(gateway).filter((id) => !meant.includes(id)).length

  test('a delivery process is killed: the other one brings its mail on when the lease has ended', async () => {
    let held: string[] = []
    let killedAt = 0
    await whileMailFlows(async () => {
      const [victim] = deliverers
      await waitUntil('it has mail on the wire', () => leasedTo(gateway, victim).length >= 3)
      const pid = victim?.pid ?? 0
      await victim?.kill()
      killedAt = Date.now()
      held = leasedTo(gateway, pid)
    })
    assert.ok(held.length > 0, 'it died with mail in its hands')
    await arrived()
    assert.ok(Date.now() - killedAt >= leaseMs / 2, 'nobody touched its mail before the lease ended')
    assert.ok(doubles() <= connections, `${doubles()} doubles`)
    for (const id of held) assert.equal(plot(await storyOf(gateway, id)).at(-1), 'delivered delivered')
  })

  test('a delivery process stands still beyond its lease and wakes up: what it says then changes nothing', async () => {
    const before = sink.messages.length - sink.copies().size
    const lostBefore = lostLeases(gateway)
    // The only one there is until it sleeps: what is on the wire is its own.
    const [, sleeper] = deliverers
    let onTheWire = 0
    sink.behaviour = (stage) => {
      if (stage !== 'final') return undefined
      onTheWire += 1
      return { kind: 'slow', ms: 1000 }
    }
    let held: string[] = []
    await whileMailFlows(async () => {
      await waitUntil('it has mail on the wire', () => onTheWire >= 3)
      sleeper?.signal('SIGSTOP')
      held = leasedTo(gateway, sleeper)
      sink.behaviour = slow
      deliverers.push(await TestSite.beside(gateway, ['delivery']))
    })
    await arrived()
    sleeper?.signal('SIGCONT')
    const late = await waitUntil('it is told that it was too late', () => {
      const lost = lostLeases(gateway).filter((id) => held.includes(id))
      return lost.length >= 3 && lost
    })
    // Its own copies may have come to the sink before it slept: whoever took them over may still be at it.
    for (const id of late.slice(0, 3))
      await waitUntil('whoever took it over has brought it', async () =>
        plot(await storyOf(gateway, id)).includes('delivered delivered'),
      )
    const since = doubles([...lostBefore, ...held]) - before
    assert.ok(since <= connections, `${since} doubles of ${held.length} that it held`)
  })

  test('an inspection process is killed: the other one goes on, and takes over what it had', async () => {
    await whileMailFlows(async () => {
      await inspectors[0]?.kill()
    })
    await arrived()
  })

  test('with no inspection at all mail is accepted, waits unseen, and leaves when there is one', async () => {
    await inspectors[1]?.kill()
    const before = sink.messages.length
    await whileMailFlows(async () => undefined)
    assert.equal((await gateway.waiting('--reason', 'inspecting')).length, batch)
    assert.equal(sink.messages.length, before)
    inspectors.push(await TestSite.beside(gateway, ['inspection']))
    await arrived()
  })

  test('console and jobs are killed: mail does not notice, and commands still answer', async () => {
    await whileMailFlows(() => desk.kill())
    await arrived()
    const books = await settledBooks(gateway)
    assert.deepEqual([books.accepted, books.delivered], [sent.length, sent.length])
    assert.ok(doubles() <= 2 * connections)
  })
})

/** Messages that a process has leased now. */
function leasedTo(site: TestSite, process: TestSite | number | undefined): string[] {
  const pid = typeof process === 'number' ? process : (process?.pid ?? 0)
  return idsOf(
    site,
    "SELECT message_id FROM deliveries WHERE state = 'waiting' AND lease_owner = (SELECT instance FROM processes WHERE pid = ?)",
    pid,
  )
}

/** Messages of which somebody learnt that he had been too late. */
function lostLeases(site: TestSite): string[] {
  return idsOf(site, "SELECT DISTINCT message_id FROM events WHERE kind = 'lease-lost'")
}

function idsOf(site: TestSite, sql: string, ...values: number[]): string[] {
  const database = new DatabaseSync(join(site.folder, 'data', 'mailkeep.db'), { readOnly: true })
  const rows = database.prepare(sql).all(...values)
  database.close()
  return rows.map((each) => String(each.message_id))
}
