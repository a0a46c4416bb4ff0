import { askSite } from '../harness/ask-site.ts'
import { attached } from '../harness/attached.ts'
import { Clamd, clamdMissing, eicar } from '../harness/clamd.ts'
import { freePort } from '../harness/free-port.ts'
import { unwantedBody } from '../harness/letter.ts'
import { type Sent, sendLoad } from '../harness/load.ts'
import { Sink } from '../harness/sink.ts'
import type { TestSite } from '../harness/site.ts'
import { untilSeen } from '../harness/until-seen.ts'
import { waitUntil } from '../harness/wait-until.ts'
import { orderMany } from './d29-orders.ts'
import type { Drill, DrillReport } from './drill.ts'
import { drillSite } from './drill-site.ts'
import { checkInvariants, percentile, transit } from './measure.ts'

const infected = 20

interface Task {
  readonly id: string
  readonly state: string
  readonly done: number
  readonly skipped: number
  readonly total: number
}

/**
 * One tenant releases thousands at once, by pressing the button twice; the process is killed half way. Another tenant
 * releases single ones meanwhile, and ordinary mail comes in for both. A real clamd scans each once more.
 */
export const massRelease: Drill = {
  id: 'D29',
  name: 'Mass release',
  incidents: ['mass-quarantine-release-40-minutes'],
  /**
   * All that is released waits at once, behind a process that was killed; what is held had a next hop that was away, and
   * waits for one that takes its time.
   */
  about:
    /^((drain-behind|queue-grows|next-hop-down|stage-slow wait) inbound|receiver-trouble 127\.|mail-flow (queue|messages)\.test)/,
  notSeen: {
    alarm: 'released mail leaves in time; it is told from two minutes on',
    cause: 'as the alarm',
    status: 'as the alarm',
  },
  needs: [{ what: 'clamd', missing: clamdMissing }],
  async run(report, { long }) {
    const count = long ? 5000 : 480
    const single = long ? 40 : 10
    report.note('form', `${count} at once, ${single} single ones beside`)
    await using clamd = await Clamd.start()
    const sink = await Sink.start()
    const site = await drillSite(report, {
      domains: {},
      users: [],
      settings: {
        'antivirus.backends': [clamd.socket],
        // A door with another port after the kill would be one that nobody tries any more.
        'gateway.listen': [`127.0.0.1:${await freePort()}`],
      },
    })
    try {
      await new MassRelease(report, site, sink).run(count, single)
    } finally {
      await site[Symbol.asyncDispose]()
      await sink.down()
    }
  },
}

const doneIn = (tasks: readonly Task[]) => tasks.reduce((sum, each) => sum + each.done, 0)

class MassRelease {
  readonly #report: DrillReport
  readonly #site: TestSite
  readonly #sink: Sink
  readonly #keys: Record<string, string> = {}
  /** Orders that had no answer in time: they may be carried out, by nobody knows which task. */
  #unanswered = 0

  constructor(report: DrillReport, site: TestSite, sink: Sink) {
    this.#report = report
    this.#site = site
    this.#sink = sink
  }

  async run(count: number, single: number): Promise<void> {
    await this.#makeTenants()
    const mass = await this.#setAside(count, 'many', 'm@one.test')
    const viruses = await this.#setAside(infected, 'ill', 'm@one.test', true)
    const others = await this.#setAside(single, 'alone', 's@two.test')
    const began = Date.now()
    const order = { action: 'release', selection: { recipient: 'm@one.test' }, expect: count + infected }
    const pressed = await Promise.all([1, 2].map(() => this.#ask<Task>('one', 'quarantine/orders', order)))
    const ordinary = this.#ordinary(count / 4)
    const released = this.#releaseSingly(others)
    await this.#killHalfWay(pressed, count)
    const tasks = await this.#untilDone(pressed)
    await waitUntil('all have arrived', () => this.#arrived(mass) === mass.length, 900_000, 100)
    const seconds = (Date.now() - began) / 1000
    await this.#judge({ mass, viruses, tasks, seconds, count })
    const waits = await released
    const p95 = percentile(waits, 0.95)
    this.#report.hold(
      'a single release of another tenant meanwhile, p95',
      '<= 30 s',
      `${p95} ms`,
      p95 <= 30_000,
      'timed',
    )
    // What was under way when the process was killed has no answer, and its sender would come again.
    const mail = (await ordinary).filter((each) => each.outcome === 'acknowledged')
    await waitUntil('ordinary mail arrives', () => this.#arrived(mail) === mail.length, 120_000, 100)
    const p99 = percentile(transit(mail, this.#sink), 0.99)
    this.#report.hold('ordinary mail meanwhile, p99 (I3)', '<= 60 s', `${p99} ms`, p99 <= 60_000, 'timed')
    const rig = { report: this.#report, site: this.#site, tenant: 'one', key: this.#keys.one ?? '' }
    const ordered = await orderMany(rig, count / 4)
    const sinks = [this.#sink, ...ordered.sinks]
    // What was on the wire when the process was killed may come a second time.
    await checkInvariants(this.#report, this.#site, sinks, [...mass, ...others, ...mail, ...ordered.sent], {
      doubles: 84,
    })
    await Promise.all(ordered.sinks.map((each) => each.down()))
  }

  async #makeTenants(): Promise<void> {
    for (const [name, user] of [
      ['one', 'm'],
      ['two', 's'],
    ] as const) {
      await this.#site.must('tenant', 'add', name)
      await this.#site.must('domain', 'add', `${name}.test`, '--tenant', name, '--next-hop', this.#sink.hop)
      await this.#site.must('user', 'add', ...[user, 'o'].map((each) => `${each}@${name}.test`))
      const { key } = await this.#site.json<{ key: string }>(
        ...['key', 'add', 'k', '--tenant', name, '--scope', 'messages', '--scope', 'logs'],
      )
      this.#keys[name] = key
    }
    await this.#site.knows('o@two.test')
  }

  async #ask<Answer>(tenant: string, path: string, body?: object): Promise<Answer> {
    const question = { key: this.#keys[tenant] ?? '', ...(body !== undefined && { body }) }
    // Orders may be said twice: what has been released is not released again.
    const answer = await untilSeen(async () => {
      const found = await askSite(this.#site.consolePort, `/api/v1/${path}`, question)
      if (found.code === 503 && body !== undefined) this.#unanswered += 1
      return found
    })
    if (answer.code !== 200) throw new Error(`${path}: ${answer.code} ${answer.body}`)
    return answer.json<Answer>()
  }

  async #setAside(messages: number, name: string, to: string, isIll = false): Promise<Sent[]> {
    const sent = await sendLoad({
      port: () => this.#site.smtpPort,
      messages,
      comesAgain: true,
      connections: 4,
      perConnection: 100,
      rcptTo: () => to,
      content: (index) => {
        const { header, body } = isIll
          ? attached('eicar.com', Buffer.from(eicar))
          : { header: '', body: `${unwantedBody}number ${index}\r\n` }
        return `From: a@sender.example\r\nSubject: ${name} ${index}\r\n${header}\r\n${body}`
      },
    })
    const count = () =>
      this.#ask<{ deliveries: number }>(to.includes('one') ? 'one' : 'two', 'quarantine/preview', {
        action: 'release',
        selection: { subject: `${name} ` },
      })
    await waitUntil(
      `${name} are set aside`,
      async () => (await count()).deliveries === messages,
      300_000,
      200,
    )
    return sent
  }

  /** Mail as on any other day, to both tenants. */
  #ordinary(messages: number): Promise<Sent[]> {
    return sendLoad({
      port: () => this.#site.smtpPort,
      messages: Math.round(messages),
      connections: 2,
      rate: 20,
      rcptTo: (index) => (index % 2 === 0 ? 'o@one.test' : 'o@two.test'),
      content: (index) => `From: a@sender.example\r\nSubject: ordinary ${index}\r\n\r\nhello ${index}\r\n`,
    })
  }

  /** One after the other, as a person does it; how long each took to arrive, in milliseconds. */
  async #releaseSingly(sent: readonly Sent[]): Promise<number[]> {
    const waits: number[] = []
    for (const each of sent) {
      const id = /Accepted as (\w+)/.exec(each.reply)?.[1]
      const began = Date.now()
      await waitUntil(
        'the single release is taken',
        () =>
          this.#ask('two', `quarantine/${id}/release`, {}).then(
            () => true,
            (cause: Error) => /409/.test(cause.message),
          ),
        60_000,
        100,
      )
      await waitUntil('it arrives', () => this.#arrived([each]) === 1, 120_000, 20)
      waits.push(Date.now() - began)
    }
    return waits
  }

  async #killHalfWay(pressed: readonly Task[], count: number): Promise<void> {
    // Both presses work on the same mail; which of them releases how much of it is not told beforehand.
    const progress = async () => {
      const tasks = await this.#tasks(pressed)
      return { done: doneIn(tasks), total: Math.max(...tasks.map((each) => each.total)) }
    }
    const { done, total } = await waitUntil(
      'half is done',
      async () => {
        const now = await progress()
        return now.done >= count / 4 && now
      },
      300_000,
      20,
    )
    this.#report.see(
      'progress for whoever ordered it',
      'done of total',
      `${done} of ${total}`,
      total >= count,
    )
    await this.#site.kill()
    await this.#site.launch()
  }

  async #untilDone(pressed: readonly Task[]): Promise<Task[]> {
    return waitUntil(
      'the work ends',
      async () => {
        const tasks = await this.#tasks(pressed)
        return tasks.every((each) => each.state === 'done') && tasks
      },
      900_000,
      100,
    )
  }

  /** How the orders stand now: one, or two where both presses made one. */
  #tasks(pressed: readonly Task[]): Promise<Task[]> {
    const ids = [...new Set(pressed.map((each) => each.id))]
    return Promise.all(ids.map((id) => this.#ask<Task>('one', `tasks/${id}`)))
  }

  async #judge(it: {
    mass: readonly Sent[]
    viruses: readonly Sent[]
    tasks: readonly Task[]
    seconds: number
    count: number
  }): Promise<void> {
    const { mass, viruses, tasks, seconds, count } = it
    this.#report.hold(
      `${count} released and arrived`,
      '<= 10 min',
      `${seconds.toFixed(1)} s`,
      seconds <= 600,
      'timed',
    )
    const done = doneIn(tasks)
    // All of them have arrived by now, whoever released them.
    const isAll = done === count || (this.#unanswered > 0 && done < count)
    this.#report.hold('released, by both presses together', String(count), done, isAll)
    const ill = this.#arrived(viruses)
    this.#report.hold('infected ones that left without the right', '0', ill, ill === 0)
    const left = await this.#ask<{ viruses: number }>('one', 'quarantine/preview', {
      action: 'release',
      selection: { recipient: 'm@one.test' },
    })
    this.#report.hold(
      'infected ones still in quarantine',
      String(infected),
      left.viruses,
      left.viruses === infected,
    )
    const lines = await this.#auditLines()
    this.#report.see(
      'lines of the audit log, one a message',
      String(mass.length),
      lines,
      lines === mass.length,
    )
  }

  async #auditLines(): Promise<number> {
    let lines = 0
    let after: string | number | null = null
    do {
      const page: { lines: { what: string }[]; next: string | number | null } = await this.#ask(
        'one',
        `audit-log?limit=50${after === null ? '' : `&after=${after}`}`,
      )
      lines += page.lines.filter((each) => each.what === 'quarantine-released').length
      after = page.next
    } while (after !== null)
    return lines
  }

  #arrived(sent: readonly Sent[]): number {
    const there = new Set(this.#sink.messages.map((each) => each.headerMessageId))
    return sent.filter((each) => there.has(each.id)).length
  }
}
