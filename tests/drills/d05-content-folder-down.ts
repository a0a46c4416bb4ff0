import { mkdirSync, renameSync, rmdirSync } from 'node:fs'
import { join } from 'node:path'
import { askSite } from '../harness/ask-site.ts'
import { unwantedBody } from '../harness/letter.ts'
import { type Sent, sendLoad } from '../harness/load.ts'
import { Sink } from '../harness/sink.ts'
import type { TestSite } from '../harness/site.ts'
import { untilSeen } from '../harness/until-seen.ts'
import { waitUntil } from '../harness/wait-until.ts'
import { holdBodies } from './d05-bodies.ts'
import type { Drill, DrillReport } from './drill.ts'
import { drillSite } from './drill-site.ts'
import { checkInvariants, holdPutOff, percentile, transit } from './measure.ts'
import { Witness } from './witness.ts'

const user = 'b@site.example'
/** Larger than what the database holds by itself: such mail is a file. */
const large = `${'x'.repeat(70)}\r\n`.repeat(5000)

interface Content {
  readonly content: { readonly value: object | null; readonly missing: object | null }
}

/**
 * The folder of content is taken away, as a mount that is lost: first wholly, then with its bare place left behind. Mail
 * of every size goes on; the list works; previews say so; releases asked for meanwhile are done when it is back.
 */
export const contentFolderDown: Drill = {
  id: 'D05',
  name: 'Content store down',
  incidents: [
    '2024-10-object-store-errors-shield-mail-flow',
    '2024-10-object-store-errors-quarantine',
    '2025-10-cloud-outage-quarantine-queue',
  ],
  /** What was released waits for its content. */
  about: /^(content-unavailable |probe-fails content: |releases-late )/,
  async run(report, { long }) {
    const count = long ? 400 : 40
    const awayMs = long ? 720_000 : 8000
    report.note('form', `local: the folder of content of one node; away for ${awayMs / 1000} s at a time`)
    const sink = await Sink.start()
    const site = await drillSite(report, {
      ...{ domains: { 'site.example': sink.hop }, users: [user] },
      // The page returns by tries of our own.
      settings: { 'watch.probeEvery': '3s' },
    })
    try {
      const { key } = await site.json<{ key: string }>(
        ...['key', 'add', 'k', '--tenant', 'main', '--scope', 'messages', '--scope', 'logs'],
      )
      using witness = await Witness.beside(site, report)
      const drill = new FolderDown({ report, site, sink, key, witness })
      await drill.run(count, awayMs, long ? [false, true] : [true])
    } finally {
      await site[Symbol.asyncDispose]()
      await sink.down()
    }
  },
}

interface Parts {
  readonly report: DrillReport
  readonly site: TestSite
  readonly sink: Sink
  readonly key: string
  readonly witness: Witness
}

class FolderDown {
  readonly #report: DrillReport
  readonly #site: TestSite
  readonly #sink: Sink
  readonly #key: string
  readonly #witness: Witness
  readonly #sent: Sent[] = []

  constructor({ report, site, sink, key, witness }: Parts) {
    this.#witness = witness
    this.#report = report
    this.#site = site
    this.#sink = sink
    this.#key = key
  }

  /** @param forms whether the bare place of a mount is left behind, each time that the folder goes */
  async run(count: number, awayMs: number, forms: readonly boolean[]): Promise<void> {
    const before = await this.#setAside('before', 6)
    const bodies = join(this.#site.folder, 'data', 'bodies')
    let mendedAt = 0
    for (const [index, leavesPlace] of forms.entries()) {
      renameSync(bodies, `${bodies}-away`)
      if (leavesPlace) mkdirSync(bodies)
      await this.#meanwhile(leavesPlace ? 'bare place of a mount' : 'folder gone', {
        count,
        awayMs,
        asked: before.slice(index * 3, index * 3 + 3),
      })
      if (leavesPlace) await this.#bringBack(bodies)
      else renameSync(`${bodies}-away`, bodies)
      mendedAt = Date.now()
      await this.#afterwards(before.slice(0, index * 3 + 3))
    }
    const left = await this.#listed()
    for (const { messageId } of left) {
      const isThere = async () =>
        (await this.#ask<Content>(`messages/${messageId}/content`)).content.value !== null
      // A page that has no time says so too.
      if (!(await waitUntil('its content is there', isThere, 60_000, 200).catch(() => false)))
        this.#report.hold('content of each after recovery', 'there', messageId, false)
    }
    await holdBodies(this.#report, this.#site)
    await this.#ask('quarantine/orders', { action: 'release', selection: { recipient: user } })
    await waitUntil('all have arrived', () => this.#arrived(this.#sent) === this.#sent.length, 120_000, 200)
    await this.#witness.returns('content is back', 'gateway-quarantine', mendedAt)
    await checkInvariants(this.#report, this.#site, [this.#sink], this.#sent)
  }

  /** Nothing may have been written into the bare place: it would be hidden now. */
  async #bringBack(bodies: string): Promise<void> {
    rmdirSync(bodies)
    renameSync(`${bodies}-away`, bodies)
  }

  async #meanwhile(
    what: string,
    { count, awayMs, asked }: { count: number; awayMs: number; asked: readonly Sent[] },
  ): Promise<void> {
    const began = Date.now()
    const mail = await this.#send('clean', count)
    await waitUntil('clean mail arrives', () => this.#arrived(mail) === mail.length, 60_000, 50)
    const p99 = percentile(transit(mail, this.#sink), 0.99)
    this.#report.hold(
      `${what}: clean mail p99, a fifth of it large`,
      '<= 60 s',
      `${p99} ms`,
      p99 <= 60_000,
      'timed',
    )
    const aside = await this.#setAside('meanwhile', 5)
    // Large mail alone needs the folder: where that were put off, it would be more than a stand of the store puts off.
    holdPutOff(this.#report, mail, `${what}: clean mail`)
    holdPutOff(this.#report, aside, `${what}: quarantine-bound mail`)
    this.#report.hold(
      `${what}: quarantine-bound mail kept`,
      String(aside.length),
      aside.length,
      aside.length === 5,
    )
    const listed = (await this.#listed()).length
    this.#report.hold(`${what}: the list of quarantine works`, '>= 5', listed, listed >= 5)
    const id = idOf(asked[0])
    const { content } = await this.#ask<Content>(`messages/${id}/content`)
    this.#report.hold(
      `${what}: a preview says so`,
      'not available',
      content.missing ? 'not available' : 'shown',
      content.value === null,
    )
    for (const each of asked) await this.#ask(`quarantine/${idOf(each)}/release`, {})
    await this.#witness.sees({
      ...{ what, since: began, alarm: 'content-unavailable', withinMs: 60_000 },
      ...{ names: /bodies.*content of large messages cannot be read/, component: 'gateway-quarantine' },
    })
    await this.#witness.stayed(what, 'gateway-filtering', 'gateway-delivery', 'console')
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, awayMs - (Date.now() - began))))
    this.#report.hold(
      `${what}: released and not there yet`,
      '0 left',
      this.#arrived(asked),
      this.#arrived(asked) === 0,
    )
  }

  async #afterwards(asked: readonly Sent[]): Promise<void> {
    const back = Date.now()
    await waitUntil('what was released arrives', () => this.#arrived(asked) === asked.length, 300_000, 100)
    const seconds = (Date.now() - back) / 1000
    this.#report.hold(
      'releases asked for meanwhile, after recovery',
      '<= 5 min',
      `${seconds.toFixed(1)} s`,
      seconds <= 300,
      'timed',
    )
    const copies = asked.map(
      (each) => this.#sink.messages.filter(({ headerMessageId }) => headerMessageId === each.id).length,
    )
    this.#report.hold(
      'each once',
      '1',
      Math.max(...copies),
      copies.every((each) => each === 1),
    )
  }

  async #setAside(name: string, messages: number): Promise<Sent[]> {
    const sent = await this.#send(name, messages, unwantedBody)
    await waitUntil(
      'they are set aside',
      async () => {
        const there = new Set((await this.#listed()).map((each) => each.messageId))
        return sent.every((each) => there.has(idOf(each)))
      },
      60_000,
      200,
    )
    return sent
  }

  /** Unwanted mail is large, so that its content is a file; of clean mail each fifth. */
  async #send(name: string, messages: number, beginning = ''): Promise<Sent[]> {
    const sent = await sendLoad({
      comesAgain: true,
      port: () => this.#site.smtpPort,
      messages,
      connections: 2,
      perConnection: 50,
      rcptTo: () => user,
      content: (index) =>
        `From: a@sender.example\r\nSubject: ${name} ${index}\r\n\r\n${beginning}number ${index}\r\n${beginning !== '' || index % 5 === 0 ? large : ''}`,
    })
    this.#sent.push(...sent)
    return sent
  }

  #listed(): Promise<readonly { readonly messageId: string }[]> {
    return waitUntil('the list has time', async () => {
      const found = await this.#ask<{ lines: { value: { messageId: string }[] | null } }>(
        'quarantine?limit=50',
      )
      return found.lines.value
    })
  }

  async #ask<Answer>(path: string, body?: object): Promise<Answer> {
    const question = { key: this.#key, ...(body !== undefined && { body }) }
    const answer = await untilSeen(() => askSite(this.#site.consolePort, `/api/v1/${path}`, question))
    if (answer.code !== 200) throw new Error(`${path}: ${answer.code} ${answer.body}`)
    return answer.json<Answer>()
  }

  #arrived(sent: readonly Sent[]): number {
    const there = new Set(this.#sink.messages.map((each) => each.headerMessageId))
    return sent.filter((each) => there.has(each.id)).length
  }
}

function idOf(sent: Sent | undefined): string {
  return /Accepted as (\w+)/.exec(sent?.reply ?? '')?.[1] ?? ''
}
