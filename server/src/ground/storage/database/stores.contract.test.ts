import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Attempt, Job, Result, Settlement } from '#flow/delivery/delivery-store.ts'
import type { NewDelivery, NewMessage } from '#flow/spool/message.ts'
import type { Acceptance } from '#flow/spool/message-store.ts'
import { newId } from '#ground/platform/ids.ts'
import type { ProcessStore } from '#services/alarms/process-store.ts'
import type { ReturnedSo } from '#services/queue/queue-store.ts'
import { engines, type OpenEngine } from '../../../test-engines.ts'
import type { ThreadedStores } from './threaded-stores.ts'

const lane = 'inbound|acme|example.test'
const start = 1_800_000_000_000
/** What is left to live of an inbound and an outbound delivery that was let go; see test-engines.ts. */
const lived = [
  [0, 3000],
  [1, 2000],
]

function message(more: Partial<NewMessage> = {}): NewMessage {
  return {
    id: newId(start),
    node: 'node-1',
    direction: 'inbound',
    mailFrom: 'a@sender.example',
    client: { ip: '192.0.2.1', port: 4000, helo: 'mx.sender.example', protocol: 'ESMTP', tls: null },
    parameters: { body: '7BIT', smtputf8: false, ret: null, envid: null },
    size: 12,
    receivedAt: start,
    subject: 'Hello',
    headerFrom: 'A <a@sender.example>',
    headerMessageId: '<1@sender.example>',
    state: 'decided',
    explanation: { verdict: 'clean', score: 0, findings: [], facts: {}, timings: {} },
    edits: [{ kind: 'prepend', line: 'X: 1' }],
    ...more,
  }
}

function delivery(more: Partial<NewDelivery> = {}): NewDelivery {
  return {
    n: 0,
    rcptTo: 'b@example.test',
    dsn: { notify: null, orcpt: null },
    tenant: 'acme',
    lane,
    state: 'waiting',
    reason: 'just-accepted',
    dueAt: start,
    expiresAt: start + 1_000_000,
    noticeAt: null,
    ...more,
  }
}

function acceptance(
  more: {
    message?: Partial<NewMessage>
    deliveries?: Partial<NewDelivery>[]
    bytes?: string
    lease?: Acceptance['lease']
  } = {},
): Acceptance {
  return {
    message: message(more.message),
    body: { kind: 'inline', bytes: Buffer.from(more.bytes ?? 'From: a\r\n\r\nb') },
    deliveries: (more.deliveries ?? [{}]).map((each, n) => delivery({ n, ...each })),
    lease: more.lease ?? null,
  }
}

function result(more: Partial<Result> = {}): Result {
  return {
    n: 0,
    state: 'delivered',
    reason: 'delivered',
    dueAt: null,
    expiresAt: start + 1_000_000,
    noticeAt: null,
    attempt: null,
    ...more,
  }
}

function settlement(job: Job, results: readonly Result[], more: Partial<Settlement> = {}): Settlement {
  return { messageId: job.message.id, owner: 'p1', at: start + 10, results, notices: [], ...more }
}

for (const engine of engines) {
  describe(`stores on ${engine.name}`, { skip: engine.missing() ?? false }, () => {
    let open: OpenEngine
    let stores: ThreadedStores

    before(async () => {
      open = await engine.open()
      stores = open.stores
    })
    after(() => open.close())

    /** Claims everything that is due in the lane, so that tests do not see each other's mail. */
    async function claimOnly(id: string, now = start): Promise<Job> {
      const { jobs } = await stores.deliveries.claim(lane, 'p1', now, now + 60_000, 100)
      const job = jobs.find((each) => each.message.id === id)
      assert.ok(job, `the message ${id} is claimed`)
      return job
    }

    async function booksBalance(): Promise<void> {
      assert.deepEqual(await stores.ledger.audit(10), [])
    }

    test('an accepted message is there, with its content, its edits and its place in the ledger', async () => {
      const given = acceptance({ deliveries: [{}, { rcptTo: 'c@example.test' }] })
      await stores.messages.accept(given)
      const body = await stores.messages.readBody(given.message.id)
      assert.equal(body?.kind === 'inline' ? Buffer.from(body.bytes).toString() : '', 'From: a\r\n\r\nb')
      const job = await claimOnly(given.message.id)
      assert.deepEqual(job.message.edits, given.message.edits)
      assert.deepEqual(
        job.recipients.map((each) => each.rcptTo),
        ['b@example.test', 'c@example.test'],
      )
      const traced = await stores.ledger.read(given.message.id)
      assert.equal(
        traced?.kind === 'message' && traced.events.filter((each) => each.kind === 'accepted').length,
        2,
      )
      await booksBalance()
    })

    test('two processes never get the same work, and a lease ends by itself', async () => {
      const given = acceptance()
      await stores.messages.accept(given)
      const other = await open.reopen()
      const [mine, theirs] = await Promise.all([
        stores.deliveries.claim(lane, 'p1', start, start + 1000, 100),
        other.deliveries.claim(lane, 'p2', start, start + 1000, 100),
      ])
      const both = [...mine.jobs, ...theirs.jobs].filter((each) => each.message.id === given.message.id)
      assert.equal(both.length, 1)
      const before = await other.deliveries.claim(lane, 'p3', start + 999, start + 2000, 100)
      assert.ok(
        !before.jobs.some((each) => each.message.id === given.message.id),
        'nobody else while the lease runs',
      )
      const later = await other.deliveries.claim(lane, 'p3', start + 1000, start + 2000, 100)
      assert.ok(
        later.jobs.some((each) => each.message.id === given.message.id),
        'somebody else when it has ended',
      )
    })

    test('what is settled after the lease was lost changes nothing, and is written down', async () => {
      const given = acceptance()
      await stores.messages.accept(given)
      const job = await claimOnly(given.message.id)
      assert.deepEqual(
        await stores.deliveries.settle([settlement(job, [result()], { owner: 'somebody else' })]),
        [false],
      )
      const traced = await stores.ledger.read(given.message.id)
      assert.ok(traced?.kind === 'message')
      assert.equal(traced.deliveries[0]?.state, 'waiting')
      assert.ok(traced.events.some((each) => each.kind === 'lease-lost'))
      assert.deepEqual(await stores.deliveries.settle([settlement(job, [result()])]), [true])
      await booksBalance()
    })

    test('delivered mail leaves no content behind; returned mail keeps it for its time', async () => {
      const [delivered, returned] = [acceptance(), acceptance()]
      await stores.messages.accept(delivered)
      await stores.messages.accept(returned)
      const { jobs } = await stores.deliveries.claim(lane, 'p1', start, start + 60_000, 100)
      for (const job of jobs) {
        const state = job.message.id === returned.message.id ? 'returned' : 'delivered'
        await stores.deliveries.settle([
          settlement(
            job,
            job.recipients.map(({ n }) =>
              result({ n, state, reason: state === 'returned' ? 'expired' : 'delivered' }),
            ),
          ),
        ])
      }
      assert.equal(await stores.messages.readBody(delivered.message.id), null)
      assert.notEqual(await stores.messages.readBody(returned.message.id), null)
      await booksBalance()
      await stores.retention.freeDue([returned.message.id], start + 999)
      assert.notEqual(await stores.messages.readBody(returned.message.id), null)
      await stores.retention.freeDue([returned.message.id], start + 2000)
      assert.equal(await stores.messages.readBody(returned.message.id), null)
      await booksBalance()
    })

    test('a deferral keeps the recipient waiting with its words and its next time', async () => {
      const given = acceptance({ deliveries: [{}, { rcptTo: 'c@example.test' }] })
      await stores.messages.accept(given)
      const job = await claimOnly(given.message.id)
      const attempt = {
        at: start,
        phase: 'rcpt',
        nextHop: 'smtp://x',
        host: 'x',
        ip: '192.0.2.2',
        localAddress: '',
        tls: '',
        code: 451,
        enhanced: '4.2.1',
        reply: 'busy',
        tookMs: 3,
      }
      await stores.deliveries.settle([
        settlement(job, [
          result(),
          result({ n: 1, state: 'waiting', reason: 'deferred', dueAt: start + 5000, attempt }),
        ]),
      ])
      const early = await stores.deliveries.claim(lane, 'p1', start + 4999, start + 9999, 100)
      assert.ok(!early.jobs.some((each) => each.message.id === given.message.id))
      const again = await claimOnly(given.message.id, start + 5000)
      assert.deepEqual(
        again.recipients.map((each) => [each.n, each.attempts, each.lastAttempt?.reply]),
        [[1, 1, 'busy']],
      )
      await stores.deliveries.settle([settlement(again, [result({ n: 1 })])])
      await booksBalance()
    })

    test('new mail comes before what was tried, which still gets its quarter', async () => {
      const old = 'inbound|acme|old.test'
      const tried = Array.from({ length: 8 }, () => acceptance({ deliveries: [{ lane: old }] }))
      for (const each of tried) await stores.messages.accept(each)
      const first = await stores.deliveries.claim(old, 'p1', start, start + 60_000, 100)
      const attempt = {
        at: start,
        phase: 'connect',
        nextHop: '',
        host: '',
        ip: '',
        localAddress: '',
        tls: '',
        code: 0,
        enhanced: '',
        reply: '',
        tookMs: 0,
      }
      for (const job of first.jobs)
        await stores.deliveries.settle([
          settlement(job, [result({ state: 'waiting', reason: 'deferred', dueAt: start, attempt })]),
        ])
      const fresh = Array.from({ length: 8 }, () => acceptance({ deliveries: [{ lane: old }] }))
      for (const each of fresh) await stores.messages.accept(each)
      const { jobs } = await stores.deliveries.claim(old, 'p1', start, start + 60_000, 8)
      const freshIds = new Set(fresh.map((each) => each.message.id))
      assert.equal(jobs.length, 8)
      assert.equal(jobs.filter((each) => freshIds.has(each.message.id)).length, 6)
    })

    test('mail to many lets mail to one go first, and keeps a share', async () => {
      const busy = 'outbound|acme|busy.test'
      const put = (count: number, isBulk: boolean) =>
        Array.from({ length: count }, () =>
          acceptance({
            message: { direction: 'outbound' },
            deliveries: [{ lane: busy, direction: 'outbound', ...(isBulk && { isBulk }) }],
          }),
        )
      for (const each of [...put(40, true), ...put(20, false)]) await stores.messages.accept(each)
      const first = await stores.deliveries.claim(busy, 'p1', start, start + 60_000, 16)
      assert.deepEqual(
        first.jobs.map(({ message }) => message.isBulk ?? false),
        [...Array(14).fill(false), ...Array(2).fill(true)],
      )
      const rest = await stores.deliveries.claim(busy, 'p1', start, start + 60_000, 100)
      assert.equal(rest.jobs.filter(({ message }) => message.isBulk).length, 38)
      assert.equal(rest.jobs.length, 44)
      for (const { message } of [...first.jobs, ...rest.jobs])
        await stores.deliveries.settle([
          { messageId: message.id, owner: 'p1', at: start + 10, results: [result()], notices: [] },
        ])
      await booksBalance()
    })

    test('what an order for many lets go has a line of its own; a single order goes past it, as new mail does', async () => {
      const lane = 'inbound|acme|ordered.test'
      const put = async (count: number) => {
        const all = Array.from({ length: count }, () =>
          acceptance({ deliveries: [{ lane, state: 'held', dueAt: null }] }),
        )
        for (const each of all) await stores.messages.accept(each)
        return all.map((each) => each.message.id)
      }
      const release = (messageIds: readonly string[], isForMany: boolean, at: number) =>
        stores.queue.act({
          ...{ action: 'release', selection: { messageIds }, at, who: 'test', limit: 1000, isForMany },
        })
      const [many, [single = '']] = [await put(40), await put(1)]
      assert.equal(await release(many, true, start), 40)
      const fresh = acceptance({ deliveries: [{ lane }] })
      await stores.messages.accept(fresh)
      assert.equal(await release([single], false, start + 1), 1)
      const first = await stores.deliveries.claim(lane, 'p1', start + 2, start + 60_000, 8)
      const ids = first.jobs.map(({ message }) => message.id)
      assert.ok(ids.slice(0, 2).includes(single) && ids.slice(0, 2).includes(fresh.message.id), ids.join())
      assert.deepEqual(
        first.jobs.map(({ message }) => message.isBulk ?? false),
        [false, false, ...Array(6).fill(true)],
      )
      const rest = await stores.deliveries.claim(lane, 'p1', start + 2, start + 60_000, 100)
      for (const { message } of [...first.jobs, ...rest.jobs])
        await stores.deliveries.settle([
          { messageId: message.id, owner: 'p1', at: start + 10, results: [result()], notices: [] },
        ])
      await booksBalance()
    })

    test('many that wait already stay what they are when they are retried or rerouted; what was held stands behind', async () => {
      const [lane, via] = ['inbound|acme|outage.test', 'smtp://127.0.0.9:25']
      const put = async (count: number, state: 'waiting' | 'held') => {
        const all = Array.from({ length: count }, () =>
          acceptance({ deliveries: [{ lane, state, dueAt: state === 'held' ? null : start + 50_000 }] }),
        )
        for (const each of all) await stores.messages.accept(each)
        return all.map((each) => each.message.id)
      }
      const waiting = await put(3, 'waiting')
      const held = await put(2, 'held')
      const act = (action: 'retry' | 'reroute', messageIds: readonly string[]) =>
        stores.queue.act({
          ...{ action, selection: { messageIds }, at: start, who: 'test', limit: 1000, isForMany: true },
          ...(action === 'reroute' && { via }),
        })
      assert.equal(await act('retry', waiting), 3)
      const lanes = await stores.deliveries.lanes()
      const { untriedSince } = lanes.find((each) => each.lane === lane) ?? {}
      assert.equal(untriedSince, start, 'that their first try is late is still seen')
      assert.equal(await act('reroute', [...waiting, ...held]), 5)
      const elsewhere = (await stores.deliveries.lanes()).find((each) => each.lane.includes(via))?.lane ?? ''
      const { jobs } = await stores.deliveries.claim(elsewhere, 'p1', start, start + 60_000, 16)
      const isBulk = new Map(jobs.map(({ message }) => [message.id, message.isBulk ?? false]))
      assert.deepEqual(
        [waiting.map((id) => isBulk.get(id)), held.map((id) => isBulk.get(id))],
        [
          [false, false, false],
          [true, true],
        ],
      )
      for (const { message } of jobs)
        await stores.deliveries.settle([
          { messageId: message.id, owner: 'p1', at: start + 10, results: [result()], notices: [] },
        ])
      await booksBalance()
    })

    test('a process that has said that it is well is missed when it is silent, and not when it has ended', async () => {
      const names = async (before: number) =>
        (await stores.readProcesses.silent(before)).map(({ pid }) => pid)
      for (const [instance, pid] of [
        ['i-well', 9_000_001],
        ['i-silent', 9_000_002],
        ['i-ended', 9_000_003],
      ] as const)
        await stores.messages.recover(instance, `node-${pid}`, pid, start)
      assert.deepEqual(await names(start + 1), [], 'a program that does not say so is not missed')
      for (const instance of ['i-well', 'i-silent', 'i-ended'])
        await stores.processes.beat(instance, 'delivery', start)
      await stores.processes.beat('i-well', 'delivery', start + 9000)
      await stores.processes.end('i-ended')
      assert.deepEqual(await names(start + 5000), [9_000_002])
    })

    test('all processes that have not ended are named, however many were heard of before them', async () => {
      const beat = async (instance: string, pid: number, at: number) => {
        await stores.messages.recover(instance, `node-${pid}`, pid, at)
        await stores.processes.beat(instance, 'delivery', at)
      }
      for (let n = 0; n < 51; n++) await beat(`i-many-${n}`, 9_050_000 + n, start - 1000)
      await beat('i-fresh', 9_060_000, start)
      const pids = async () => (await stores.readProcesses.beats()).map(({ pid }) => pid)
      assert.ok((await pids()).includes(9_060_000))
      await stores.processes.end('i-fresh')
      assert.ok(!(await pids()).includes(9_060_000))
      for (let n = 0; n < 51; n++) await stores.processes.end(`i-many-${n}`)
    })

    test('processes that send see each other, and make due what one of them has put off', async () => {
      for (const instance of ['n-one', 'n-two', 'n-console']) {
        await stores.messages.recover(instance, `node-${instance}`, 9_100_000, start)
        await stores.processes.beat(instance, instance === 'n-console' ? 'console' : 'delivery', start)
      }
      const standing = { kind: 'share', percent: 10, passed: 0, step: '', why: '', since: start } as const
      const tries = [{ hop: 'h', tried: 3, failed: 1, wentAgo: 5, failedAgo: null }]
      await stores.processes.tell('n-two', { standing, snapshot: 4, tries })
      await stores.processes.noteRestart('n-two', 'process 7 ended by SIGBUS')
      const seen = (await stores.readProcesses.nodes()).filter(({ instance }) => instance.startsWith('n-'))
      assert.deepEqual(
        seen.map((each) => [each.instance, each.standing, each.snapshot, each.tries]),
        [
          ['n-one', null, null, []],
          ['n-two', standing, 4, tries],
        ],
      )
      const processes: ProcessStore = stores.readProcesses
      const restarts = (await processes.nodes()).map(({ restart }) => restart)
      assert.deepEqual(
        restarts.filter((each) => each !== null),
        ['process 7 ended by SIGBUS'],
      )
      await stores.processes.end('n-two')
      assert(!(await stores.readProcesses.nodes()).some(({ instance }) => instance === 'n-two'))

      const late = 'inbound|acme|late.test'
      const put = acceptance({ deliveries: [{ lane: late, dueAt: start + 60_000 }] })
      await stores.messages.accept(put)
      const key = { messageId: put.message.id, n: 0 }
      const due = async () =>
        (await stores.deliveries.claim(late, 'p1', start, start + 60_000, 10)).jobs.length
      assert.equal(await due(), 0)
      await stores.processes.hurry([key], start)
      assert.equal(await due(), 1)
      await stores.processes.hurry([key], start)
      assert.equal(await due(), 0, 'what somebody has in hand stays his')
    })

    test('what came into a lane and left it is summed up over the time asked for, and forgotten', async () => {
      const flowing = 'outbound|acme|flowing.test'
      await stores.messages.accept(acceptance({ deliveries: [{ lane: flowing }] }))
      await stores.laneFlow.add(start, [{ lane: flowing, came: 5, gone: 1 }], start - 1000)
      await stores.laneFlow.add(start, [{ lane: flowing, came: 2, gone: 0 }], start - 1000)
      await stores.laneFlow.add(start + 5000, [{ lane: flowing, came: 1, gone: 9 }], start - 1000)
      const seen = async (since: number) => {
        const found = (await stores.readQueue.lanes(since)).find((each) => each.lane === flowing)
        return [found?.came, found?.gone]
      }
      assert.deepEqual(await seen(start), [8, 10])
      assert.deepEqual(await seen(start + 1), [1, 9])
      await stores.laneFlow.add(start + 9000, [{ lane: 'z', came: 1, gone: 0 }], start + 5000)
      assert.deepEqual(await stores.readLaneFlow.sums(0), [
        { lane: flowing, came: 1, gone: 9 },
        { lane: 'z', came: 1, gone: 0 },
      ])
    })

    test('a lane says what its latest try came to, not one of its tries', async () => {
      const tried = 'outbound|acme|tried.test'
      const given = Array.from({ length: 50 }, () => acceptance({ deliveries: [{ lane: tried }] }))
      for (const each of given) await stores.messages.accept(each)
      const { jobs } = await stores.deliveries.claim(tried, 'p1', start, start + 60_000, 100)
      const settle = (job: Job, at: number, reply: string, reason: Result['reason'], dueAt: number) =>
        stores.deliveries.settle([
          settlement(job, [
            result({ state: 'waiting', reason, dueAt, attempt: { at, reply, phase: 'starttls' } as Attempt }),
          ]),
        ])
      for (const [n, job] of jobs.entries())
        await settle(job, start + n, `old ${n}`, 'tls-fails', start + 1000 + n)
      const said = async () => {
        const found = (await stores.readQueue.lanes(0)).find((each) => each.lane === tried)
        return [found?.lastReply, found?.failsInTls]
      }
      assert.deepEqual(await said(), ['old 49', true])
      const again = async (dueAt: number, at: number, reply: string) => {
        const taken = await stores.deliveries.claim(tried, 'p1', start + 1000, start + 70_000, 1)
        assert(taken.jobs[0])
        await settle(taken.jobs[0], at, reply, 'deferred', dueAt)
      }
      await again(start + 900, start + 2000, 'busy')
      assert.deepEqual(await said(), ['busy', false])
      await again(start + 9_000_000, start + 3000, 'later')
      assert.deepEqual(await said(), ['later', false])
    })

    test("a message born with a lease is its owner's at once", async () => {
      const given = acceptance({ lease: { owner: 'p9', until: start + 500 } })
      await stores.messages.accept(given)
      const { jobs } = await stores.deliveries.claim(lane, 'p1', start, start + 60_000, 100)
      assert.ok(!jobs.some((each) => each.message.id === given.message.id))
      const job: Job = { lane, message: { ...given.message }, recipients: [] }
      assert.deepEqual(await stores.deliveries.settle([settlement(job, [result()], { owner: 'p9' })]), [true])
      await booksBalance()
    })

    test('work given back is due again; renewed work is not', async () => {
      const given = acceptance()
      await stores.messages.accept(given)
      const job = await claimOnly(given.message.id)
      const key = { messageId: job.message.id, n: 0 }
      await stores.deliveries.renew('p1', [key], start + 90_000)
      const renewed = await stores.deliveries.claim(lane, 'p2', start + 60_001, start + 61_000, 100)
      assert.ok(!renewed.jobs.some((each) => each.message.id === given.message.id))
      await stores.deliveries.giveBack('p1', [key], start + 5)
      await claimOnly(given.message.id, start + 6)
    })

    test('mail whose life is over is claimed as overdue, parked mail is not', async () => {
      const over = acceptance({
        deliveries: [{ lane: 'inbound|acme|over.test', expiresAt: start + 5, dueAt: start + 1e6 }],
      })
      const parked = acceptance({
        deliveries: [{ lane: 'inbound|acme|over.test', expiresAt: start + 5, dueAt: null, reason: 'poison' }],
      })
      await stores.messages.accept(over)
      await stores.messages.accept(parked)
      const jobs = await stores.deliveries.claimOverdue('p1', start + 5, start + 100, 100)
      assert.deepEqual(
        jobs.map((each) => each.message.id),
        [over.message.id],
      )
      await stores.deliveries.settle([
        settlement(jobs[0] as Job, [result({ state: 'returned', reason: 'expired' })]),
      ])
    })

    test('a notice is written with the change that causes it, or not at all', async () => {
      const given = acceptance()
      await stores.messages.accept(given)
      const job = await claimOnly(given.message.id)
      const notice = acceptance({
        message: { direction: 'own', mailFrom: '' },
        deliveries: [{ lane: 'own|acme|sender.example', rcptTo: 'a@sender.example' }],
      })
      await stores.deliveries.settle([
        settlement(job, [result({ state: 'returned', reason: 'expired' })], {
          owner: 'not the owner',
          notices: [notice],
        }),
      ])
      assert.equal(await stores.ledger.read(notice.message.id), null)
      await stores.deliveries.settle([
        settlement(job, [result({ state: 'returned', reason: 'expired' })], { notices: [notice] }),
      ])
      assert.notEqual(await stores.ledger.read(notice.message.id), null)
      await booksBalance()
    })

    test('a call that fails spoils only itself, also among others of the same batch', async () => {
      const given = acceptance()
      const outcomes = await Promise.allSettled([
        stores.messages.accept(given),
        stores.messages.accept(given),
        stores.messages.accept(acceptance()),
      ])
      assert.deepEqual(
        outcomes.map((each) => each.status),
        ['fulfilled', 'rejected', 'fulfilled'],
      )
      await booksBalance()
    })

    test('a withdrawn message is never delivered', async () => {
      const given = acceptance()
      await stores.messages.accept(given)
      await stores.messages.withdraw(given.message.id, start + 1)
      const { jobs } = await stores.deliveries.claim(lane, 'p1', start + 1, start + 60_000, 100)
      assert.ok(!jobs.some((each) => each.message.id === given.message.id))
      assert.equal(await stores.messages.readBody(given.message.id), null)
      await booksBalance()
    })

    test('inspection behind the answer: claimed, decided, delivered', async () => {
      const given = acceptance({
        message: { state: 'inspecting', subject: '' },
        deliveries: [
          { reason: 'inspecting', dueAt: null },
          { reason: 'inspecting', dueAt: null, rcptTo: 'c@example.test' },
        ],
      })
      await stores.messages.accept(given)
      const [claimed] = await stores.messages.claimUninspected('p1', start, start + 1000, 10)
      assert.equal(claimed?.id, given.message.id)
      assert.deepEqual(await stores.messages.claimUninspected('p2', start, start + 1000, 10), [])
      const verdict = {
        explanation: { verdict: 'spoof', score: 0, findings: [], facts: {}, timings: {} },
        edits: [{ kind: 'prepend', line: 'Y: 2' } as const],
        subject: 'Found',
        headerFrom: '',
        headerMessageId: '',
        decisions: [
          {
            messageId: given.message.id,
            n: 0,
            state: 'waiting',
            reason: 'just-accepted',
            dueAt: start,
          } as const,
          {
            messageId: given.message.id,
            n: 1,
            state: 'quarantined',
            reason: 'dmarc-quarantine',
            dueAt: null,
          } as const,
        ],
      }
      assert.equal(await stores.messages.decide(given.message.id, 'p2', start, verdict), false)
      assert.equal(await stores.messages.decide(given.message.id, 'p1', start, verdict), true)
      const job = await claimOnly(given.message.id)
      assert.deepEqual(job.message.edits, [
        { kind: 'prepend', line: 'Y: 2' },
        { kind: 'prepend', line: 'X: 1' },
      ])
      await stores.deliveries.settle([settlement(job, [result()])])
      assert.equal((await stores.quarantine.list({}, 10)).length, 1)
      assert.equal(await stores.quarantine.release(given.message.id, null, start, 1000, 'test', false), 1)
      const released = await claimOnly(given.message.id)
      await stores.deliveries.settle([settlement(released, [result({ n: 1 })])])
      await booksBalance()
    })

    test('a late verdict sends mail elsewhere, once, and only where it counts; what lies in quarantine is not held', async () => {
      const waiting = { reason: 'inspecting', dueAt: null } as const
      const unscanned = { state: 'quarantined', reason: 'unscanned', dueAt: null } as const
      const given = acceptance({
        message: { state: 'inspecting' },
        deliveries: [waiting, { ...unscanned, n: 1, rcptTo: 'b@example.test' }],
      })
      const id = given.message.id
      await stores.messages.accept(given)
      await stores.messages.claimUninspected('p1', start, start + 1000, 10)
      const addition = (beside: number, rcptTo: string, by: 'copy' | 'redirect') => ({
        beside,
        delivery: {
          ...given.deliveries[0]!,
          rcptTo,
          reason: 'just-accepted' as const,
          dueAt: start,
          terms: { added: { by, rule: 'r', of: 'x' } },
        },
      })
      await stores.messages.decide(id, 'p1', start + 1, {
        explanation: { verdict: 'clean', score: 0, findings: [], facts: {}, timings: {} },
        edits: [],
        subject: '',
        headerFrom: '',
        headerMessageId: '',
        decisions: [
          { messageId: id, n: 0, state: 'discarded', reason: 'redirected', dueAt: null },
          { messageId: id, n: 1, state: 'held', reason: 'policy', dueAt: null },
        ],
        added: [
          addition(0, 'z@example.test', 'redirect'),
          addition(0, 'z@example.test', 'redirect'),
          addition(7, 'nobody@example.test', 'copy'),
        ],
      })
      const job = await claimOnly(id)
      assert.deepEqual(
        job.recipients.map((each) => [each.n, each.rcptTo, each.terms?.added?.by]),
        [[2, 'z@example.test', 'redirect']],
      )
      const kept = (await stores.quarantine.list({}, 10)).filter((each) => each.messageId === id)
      assert.deepEqual(
        kept.map((each) => [each.n, each.reason]),
        [[1, 'policy']],
      )
      await stores.deliveries.settle([settlement(job, [result({ n: 2 })])])
      await booksBalance()
    })

    test('released mail that is scanned once more waits for that, and a virus brings it back', async () => {
      for (const found of ['clean', 'virus'] as const) {
        const aside = { state: 'quarantined', reason: 'score', dueAt: null } as const
        const explanation = { verdict: 'phishing', score: 300, findings: [], facts: {}, timings: {} }
        const given = acceptance({ message: { explanation }, deliveries: [aside, { ...aside, n: 1 }] })
        const id = given.message.id
        await stores.messages.accept(given)
        assert.equal(await stores.quarantine.release(id, 0, start, 1000, 'test', true), 1)
        const [claimed] = await stores.messages.claimUninspected('p1', start, start + 1000, 10)
        assert.deepEqual(
          claimed?.recipients.map((each) => [each.n, each.isReleased, each.isUndecided]),
          [
            [0, true, false],
            [1, false, false],
          ],
        )
        assert.deepEqual(claimed?.known, explanation)
        const bad = found === 'virus'
        await stores.messages.decide(id, 'p1', start + 1, {
          explanation: bad ? { ...explanation, verdict: found } : null,
          edits: [],
          subject: '',
          headerFrom: '',
          headerMessageId: '',
          decisions: [
            bad
              ? { messageId: id, n: 0, state: 'quarantined', reason: 'virus', dueAt: null }
              : {
                  ...{ messageId: id, n: 0, state: 'waiting', dueAt: start },
                  ...{ reason: 'released-from-quarantine', why: 'nothing worse' },
                },
          ],
        })
        const kept = (await stores.quarantine.list({}, 10)).filter((each) => each.messageId === id)
        assert.deepEqual(
          kept.map((each) => [each.n, each.reason, each.verdict, each.score]).sort(),
          bad
            ? [
                [0, 'virus', 'virus', 300],
                [1, 'score', 'virus', 300],
              ]
            : [[1, 'score', 'phishing', 300]],
        )
        const story = await stores.ledger.read(id)
        const whys = story?.kind === 'message' ? story.events.map((each) => each.detail?.why) : []
        assert.equal(whys.includes('nothing worse'), !bad)
        if (!bad) {
          const job = await claimOnly(id)
          await stores.deliveries.settle([settlement(job, [result()])])
        }
        await booksBalance()
      }
    })

    test('unscanned mail is set aside and leaves by itself when its checks are done', async () => {
      const given = acceptance({
        message: { state: 'inspecting' },
        deliveries: [{ reason: 'inspecting', dueAt: null }],
      })
      await stores.messages.accept(given)
      await stores.messages.claimUninspected('p1', start, start + 1000, 10)
      await stores.messages.postponeInspection(given.message.id, 'p1', start + 10, start + 5)
      assert.equal((await stores.quarantine.list({}, 10))[0]?.reason, 'unscanned')
      await stores.messages.claimUninspected('p1', start + 10, start + 1000, 10)
      const explanation = { verdict: 'clean', score: 0, findings: [], facts: {}, timings: {} }
      await stores.messages.decide(given.message.id, 'p1', start + 20, {
        explanation,
        edits: [],
        subject: '',
        headerFrom: '',
        headerMessageId: '',
        decisions: [
          { messageId: given.message.id, n: 0, state: 'waiting', reason: 'just-accepted', dueAt: start + 20 },
        ],
      })
      const job = await claimOnly(given.message.id, start + 20)
      await stores.deliveries.settle([settlement(job, [result()])])
      await booksBalance()
    })

    test('work of a process that went away is free again at the start of the next', async () => {
      const given = acceptance()
      await stores.messages.recover('gone', 'node-1', 999_999_999, start)
      await stores.messages.accept(given)
      await stores.deliveries.claim(lane, 'gone', start, start + 1e9, 100)
      const report = await stores.messages.recover('next', 'node-1', process.pid, start + 1)
      assert.ok(report.leasesFreed >= 1)
      await claimOnly(given.message.id, start + 1)
    })

    test('orders of people: hold, release, reroute, resend', async () => {
      const given = acceptance({
        deliveries: [{ lane: 'inbound|acme|orders.test', rcptTo: 'x@orders.test' }],
      })
      await stores.messages.accept(given)
      const act = (action: 'hold' | 'release' | 'reroute' | 'resend', via?: string) =>
        stores.queue.act({
          action,
          selection: { messageIds: [given.message.id] },
          at: start + 1,
          who: 'test',
          limit: 10,
          ...(via && { via }),
        })
      assert.equal(await act('release'), 0, 'what is not held cannot be released')
      const inLanes = (lanes: string[]) => stores.queue.count('hold', { lanes })
      assert.equal(await inLanes(['inbound|acme|orders.test', 'inbound|acme|elsewhere.test']), 1)
      assert.equal(await inLanes([]), 0, 'no lane is none, and not all')
      assert.equal(await act('hold'), 1)
      assert.equal(await act('release'), 1)
      assert.equal(await act('reroute', 'smtp://192.0.2.9'), 1)
      const { jobs } = await stores.deliveries.claim(
        'inbound|acme|orders.test|smtp://192.0.2.9',
        'p1',
        start + 1,
        start + 60_000,
        10,
      )
      assert.equal(jobs.length, 1)
      await stores.deliveries.settle([
        settlement(jobs[0] as Job, [result({ state: 'returned', reason: 'refused-by-receiver' })]),
      ])
      assert.equal(await act('resend'), 1)
      const again = await stores.deliveries.claim(
        'inbound|acme|orders.test|smtp://192.0.2.9',
        'p1',
        start + 1,
        start + 60_000,
        10,
      )
      assert.equal(jobs[0]?.recipients[0]?.owesNews, undefined)
      assert.equal(again.jobs[0]?.recipients[0]?.owesNews, true, 'its sender has heard of the failure')
      await booksBalance()
    })

    test('what is let go or sent again gets the life of its direction', async () => {
      const lanes = ['inbound|acme|lives.test', 'outbound|acme|lives.test'] as const
      const given = acceptance({
        deliveries: [{ lane: lanes[0] }, { n: 1, direction: 'outbound', lane: lanes[1] }],
      })
      const selection = { messageIds: [given.message.id] }
      const act = (action: 'hold' | 'release' | 'resend', at: number) =>
        stores.queue.act({ action, selection, at, who: 'test', limit: 10 })
      const lives = async (at: number) =>
        (await stores.queue.list(selection, ['waiting'], 10)).map((each) => [each.n, each.expiresAt - at])
      const end = async (state: 'returned' | 'delivered', now: number) => {
        for (const [n, lane] of lanes.entries()) {
          const { jobs } = await stores.deliveries.claim(lane, 'p1', now, now + 60_000, 10)
          await stores.deliveries.settle([settlement(jobs[0] as Job, [result({ n, state })])])
        }
      }
      await stores.messages.accept(given)
      await act('hold', start)
      await act('release', start + 5)
      assert.deepEqual(await lives(start + 5), lived)
      await end('returned', start + 6)
      assert.equal(await act('resend', start + 7), 2)
      assert.deepEqual(await lives(start + 7), lived)
      await end('delivered', start + 8)
      await booksBalance()
    })

    test('returned mail is chosen by node, moment and words of its return', async () => {
      const name = 'inbound|acme|chosen.test'
      const ids: string[] = []
      for (const [at, reply] of [
        [start + 10, 'Mailbox disabled'],
        [start + 20, 'Blocked by 100% of us'],
      ] as const) {
        const given = acceptance({ deliveries: [{ lane: name }] })
        await stores.messages.accept(given)
        const { jobs } = await stores.deliveries.claim(name, 'p1', start, start + 60_000, 10)
        const back = {
          state: 'returned',
          reason: 'refused-by-receiver',
          attempt: { at, code: 550, enhanced: '5.1.1', reply, phase: 'rcpt' } as Attempt,
        } as const
        await stores.deliveries.settle([settlement(jobs[0] as Job, [result(back)], { at })])
        ids.push(given.message.id)
      }
      const [first = '', second = ''] = ids
      const chosen = async (returned: ReturnedSo) =>
        (await stores.queue.targets('resend', { returned }, '', 100)).filter((each) => ids.includes(each))
      assert.deepEqual(await chosen({ node: 'node-1' }), ids)
      assert.deepEqual(await chosen({ node: 'node-2' }), [])
      assert.deepEqual(await chosen({ since: start + 11 }), [second])
      assert.deepEqual(await chosen({ until: start + 11 }), [first])
      assert.deepEqual(await chosen({ reply: '100%' }), [second])
      assert.deepEqual(await chosen({ reply: '550 5.1.1 mailbox' }), [first])
      assert.deepEqual(await chosen({ reply: 'DISABLED', since: start + 11 }), [])
      const request = {
        selection: { returned: { reply: 'mailbox' } },
        at: start + 30,
        who: 'test',
        limit: 10,
      }
      assert.equal(await stores.queue.act({ ...request, action: 'resend' }), 1)
    })

    test('damaged before it was inspected: no order sends it on, and once mended it is inspected', async () => {
      const waits = { lane: 'inbound|acme|unseen.test', reason: 'inspecting', dueAt: null } as const
      const given = acceptance({ message: { state: 'inspecting' }, deliveries: [waits] })
      const { id } = given.message
      await stores.messages.accept(given)
      assert.equal(await stores.messages.setAside(id, 'body-damaged', 'torn', start + 1), 1)
      assert.equal(await stores.messages.setAside(id, 'body-damaged', 'torn', start + 1), 0)
      const order = { selection: { messageIds: [id] }, who: 'test', limit: 10 }
      assert.equal(await stores.queue.act({ ...order, action: 'retry', at: start + 2 }), 0)
      const claim = () => stores.messages.claimUninspected('p1', start + 10, start + 20, 100)
      assert.deepEqual(
        (await claim()).filter((each) => each.id === id),
        [],
      )
      const report = await stores.messages.recover('p9', 'node-1', process.pid, start + 5)
      assert.deepEqual(
        report.setAside.filter((each) => each.id === id),
        [],
      )
      assert.equal((await claim()).filter((each) => each.id === id).length, 1)
    })

    test('an inspection that goes on keeps its message; the lease of another cannot be lengthened', async () => {
      const waits = { lane: 'inbound|acme|kept.test', reason: 'inspecting', dueAt: null } as const
      const given = acceptance({ message: { state: 'inspecting' }, deliveries: [waits] })
      const { id } = given.message
      await stores.messages.accept(given)
      const claim = async (owner: string, now: number) =>
        (await stores.messages.claimUninspected(owner, now, now + 100, 100)).some((each) => each.id === id)
      assert.equal(await claim('p1', start), true)
      await stores.messages.renewInspections([id], 'p1', start + 500)
      await stores.messages.renewInspections([id], 'p2', start + 9000)
      assert.equal(await claim('p2', start + 400), false)
      assert.equal(await claim('p2', start + 501), true)
    })

    test('a lane tells when somebody asked for an attempt, until it is made', async () => {
      const name = 'inbound|acme|asked.test'
      const given = acceptance({ deliveries: [{ lane: name }] })
      await stores.messages.accept(given)
      const asked = async () =>
        (await stores.deliveries.lanes()).find((each) => each.lane === name)?.orderedAt
      assert.equal(await asked(), null)
      const order = { selection: { messageIds: [given.message.id] }, who: 'test', limit: 10 }
      await stores.queue.act({ ...order, action: 'retry', at: start + 7 })
      assert.equal(await asked(), start + 7)
      const { jobs } = await stores.deliveries.claim(name, 'p1', start + 8, start + 60_000, 10)
      assert.equal(await asked(), null, 'the attempt is under way')
      const waits = result({ state: 'waiting', reason: 'deferred', dueAt: start + 100 })
      await stores.deliveries.settle([settlement(jobs[0] as Job, [waits])])
      assert.equal(await asked(), null)
    })

    test('old settled mail is forgotten, and the books still balance', async () => {
      const given = acceptance({ deliveries: [{ lane: 'inbound|acme|forget.test' }] })
      await stores.messages.accept(given)
      const { jobs } = await stores.deliveries.claim(
        'inbound|acme|forget.test',
        'p1',
        start,
        start + 60_000,
        10,
      )
      await stores.deliveries.settle([settlement(jobs[0] as Job, [result()])])
      await stores.retention.forget(Date.now() + start, { quarantinedMs: 1e13, traceMs: 1000 }, 1000)
      assert.equal(await stores.ledger.read(given.message.id), null)
      await booksBalance()
    })

    test('refusals are found by recipient, sender and id, and stand in an affected list', async () => {
      const refusal = {
        id: newId(start),
        at: start,
        tenant: 'acme',
        client: message().client,
        mailFrom: 'bad@sender.example',
        rcptTo: 'no@example.test',
        stage: 'rcpt',
        code: 550,
        enhanced: '5.1.1',
        reason: 'unknown-recipient',
        text: 'No such recipient',
        subject: '',
        headerMessageId: '',
        detail: null,
      }
      await stores.refusals.recordRefusals([refusal])
      for (const query of [
        { id: refusal.id },
        { address: 'NO@example.test' },
        { sender: 'bad@sender.example' },
      ]) {
        const [line] = await stores.ledger.find({ ...query, limit: 10 })
        assert.equal(line?.id, refusal.id)
      }
      const { lines } = await stores.ledger.affected(
        { since: start - 1, until: start + 1, reason: 'unknown-recipient' },
        '',
        10,
      )
      assert.deepEqual(
        lines.map((each) => [each.messageId, each.state]),
        [[refusal.id, 'refused']],
      )
    })
  })
}
