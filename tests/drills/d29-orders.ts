import { askSite } from '../harness/ask-site.ts'
import { freePort } from '../harness/free-port.ts'
import { type Sent, sendLoad } from '../harness/load.ts'
import { Sink, type SinkBehaviour } from '../harness/sink.ts'
import type { TestSite } from '../harness/site.ts'
import { untilSeen } from '../harness/until-seen.ts'
import { waitUntil } from '../harness/wait-until.ts'
import type { DrillReport } from './drill.ts'

/** While single ones are under way the next hop takes one of the many in so long (ms), over all connections. */
const turnMs = 1000
const singles = 4

export interface OrdersRig {
  readonly report: DrillReport
  readonly site: TestSite
  /** The key of the tenant with the domains. */
  readonly key: string
  readonly tenant: string
}

interface Task {
  readonly id: string
  readonly state: string
  readonly done: number
  readonly total: number
}

/** An order for many, from the page that it is given on. */
interface MassOrder {
  readonly page: 'queue' | 'messages'
  readonly body: (recipient: string) => object
}

const massOrders: readonly MassOrder[] = [
  { page: 'queue', body: (recipient) => ({ action: 'release', selection: { recipient } }) },
  { page: 'messages', body: (recipient) => ({ action: 'release', question: { recipient, state: 'held' } }) },
]

/**
 * Many held messages of one lane let go by an order from the queue, and by one from Messages, the button pressed twice, at
 * a next hop that takes its time with them; a few of the same lane are let go one by one meanwhile.
 */
export async function orderMany(rig: OrdersRig, count: number): Promise<{ sent: Sent[]; sinks: Sink[] }> {
  const [sent, sinks]: [Sent[], Sink[]] = [[], []]
  for (const order of massOrders) {
    const { sink, mail } = await orderFrom(rig, order, count)
    sinks.push(sink)
    sent.push(...mail)
  }
  return { sent, sinks }
}

async function orderFrom(
  rig: OrdersRig,
  { page, body }: MassOrder,
  count: number,
): Promise<{ sink: Sink; mail: Sent[] }> {
  const { report } = rig
  const domain = `${page}.test`
  const { sink, many, few } = await hold(rig, domain, count)
  sink.behaviour = inTurn(`many@${domain}`)
  const began = Date.now()
  const pressed = await Promise.all(
    [1, 2].map(() => ask<Task>(rig, `${page}/orders`, body(`many@${domain}`))),
  )
  const waits = await releaseSingly(rig, sink, few)
  sink.behaviour = () => undefined
  const longest = Math.max(...waits)
  const from = `${count} released from ${page}`
  report.hold(
    `${from}: a single one of the same lane, longest`,
    '<= 30 s',
    `${longest} ms`,
    longest <= 30_000,
    'timed',
  )
  const tasks = await waitUntil(`the orders from ${page} end`, () => ended(rig, pressed), 600_000, 200)
  await waitUntil('all have arrived', () => arrivedOf(sink, many) === count, 600_000, 100)
  const seconds = (Date.now() - began) / 1000
  const behind = behindAll(sink, many, few)
  report.hold(`${from}: arrived behind the last single one`, '> 0', behind, behind > 0)
  report.hold(`${from}: arrived`, '<= 10 min', `${seconds.toFixed(1)} s`, seconds <= 600, 'timed')
  const done = tasks.reduce((sum, each) => sum + each.done, 0)
  report.hold(`${from}: by both presses together`, `${count}`, done, done === count)
  const lines = await auditLines(rig, many)
  report.see(`${from}: lines of the audit log, one a message`, `${count}`, lines, lines === count)
  return { sink, mail: [...many, ...few] }
}

/**
 * A next hop that takes mail to one recipient one by one, and all other mail at once. So the many are not through before
 * the single ones have been ordered, however long a busy machine takes for that.
 */
function inTurn(recipient: string): SinkBehaviour {
  const brings = new Map<number, boolean>()
  let turn = 0
  return (stage, argument, _count, { connection }) => {
    if (stage === 'rcpt') brings.set(connection, argument === recipient)
    if (stage !== 'final' || !brings.get(connection)) return undefined
    turn = Math.max(turn, Date.now()) + turnMs
    return { kind: 'slow', ms: turn - Date.now() }
  }
}

/** How many of the many arrived after the last of the few. */
function behindAll(sink: Sink, many: readonly Sent[], few: readonly Sent[]): number {
  const order = sink.messages.map((each) => each.headerMessageId)
  const last = Math.max(...few.map((each) => order.indexOf(each.id)))
  return many.filter((each) => order.indexOf(each.id) > last).length
}

/** Mail of a domain whose next hop is away is held by an order; then the next hop is there. */
async function hold(
  { site, tenant, ...rig }: OrdersRig,
  domain: string,
  count: number,
): Promise<{ sink: Sink; many: Sent[]; few: Sent[] }> {
  const port = await freePort()
  await site.must('domain', 'add', domain, '--tenant', tenant, '--next-hop', `smtp://127.0.0.1:${port}`)
  await site.must('user', 'add', ...['many', 'single'].map((each) => `${each}@${domain}`))
  await site.knows(`single@${domain}`)
  const many = await send(site, count, `many@${domain}`)
  const few = await send(site, singles, `single@${domain}`)
  const all = count + singles
  const inState = async (state: string) => {
    const list = ['queue', 'list', '--state', state, '--domain', domain, '--limit', `${all}`]
    return (await site.json<{ deliveries: object[] }>(...list)).deliveries.length
  }
  await waitUntil('all of it waits', async () => (await inState('waiting')) === all)
  const isHeld = async () => {
    // What is on its way at that moment is left alone.
    await ask({ site, tenant, ...rig }, 'queue/orders', { action: 'hold', selection: { domain } })
    return (await inState('held')) === all
  }
  await waitUntil('all of it is held', isHeld, 60_000, 500)
  return { sink: await Sink.start({ port }), many, few }
}

/** One after the other, as a person does it; how long each took to arrive (ms). */
async function releaseSingly(rig: OrdersRig, sink: Sink, sent: readonly Sent[]): Promise<number[]> {
  const waits: number[] = []
  for (const each of sent) {
    const began = Date.now()
    await ask(rig, 'queue/orders', { action: 'release', selection: { messageIds: [idOf(each)] } })
    await waitUntil('it arrives', () => arrivedOf(sink, [each]) === 1, 120_000)
    waits.push(Date.now() - began)
  }
  return waits
}

async function ended(rig: OrdersRig, tasks: readonly Task[]): Promise<Task[] | false> {
  const ids = [...new Set(tasks.map((each) => each.id))]
  const now = await Promise.all(ids.map((id) => ask<Task>(rig, `tasks/${id}`)))
  return now.every((each) => each.state === 'done') && now
}

/** Messages that have a line of the order in the audit log; a second line of one is one too many. */
async function auditLines(rig: OrdersRig, sent: readonly Sent[]): Promise<number> {
  const ids = new Set(sent.map(idOf))
  const log = await rig.site.json<{ what: string; detail: { messageId?: string } }[]>(
    'audit-log',
    '--limit',
    '100000',
  )
  return log.filter(({ what, detail }) => what === 'queue-release' && ids.has(detail.messageId ?? '')).length
}

function send(site: TestSite, messages: number, to: string): Promise<Sent[]> {
  return sendLoad({
    ...{ comesAgain: true, port: () => site.smtpPort, messages, connections: 4, perConnection: 100 },
    ...{ size: 1000, rcptTo: () => to },
  })
}

async function ask<Answer>({ site, key }: OrdersRig, path: string, body?: object): Promise<Answer> {
  // An order may be said twice: what was let go is not let go again.
  const answer = await untilSeen(() =>
    askSite(site.consolePort, `/api/v1/${path}`, { key, ...(body && { body }) }),
  )
  if (answer.code !== 200) throw new Error(`${path}: ${answer.code} ${answer.body}`)
  return answer.json<Answer>()
}

const idOf = ({ reply }: Sent) => /Accepted as (\w+)/.exec(reply)?.[1] ?? ''

function arrivedOf(sink: Sink, sent: readonly Sent[]): number {
  const there = new Set(sink.messages.map((each) => each.headerMessageId))
  return sent.filter((each) => there.has(each.id)).length
}
