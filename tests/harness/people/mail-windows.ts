import { percentile } from '../../drills/measure.ts'
import type { Click } from './click.ts'
import type { ClickingPeople } from './clicking-people.ts'
import type { MailSource } from './mail-source.ts'

export interface WindowOptions {
  readonly port: number
  readonly source: MailSource
  readonly people: Pick<ClickingPeople, 'go' | 'rest' | 'report'>
  readonly mailboxes: readonly string[]
  /** Messages a second. */
  readonly rate: number
  readonly size: number
  readonly seconds: number
  /** How many pairs of windows: one alone, one with people. */
  readonly pairs: number
  readonly onWindow?: (window: MailWindow) => void
}

/** Mail of some seconds, alone or while people click. */
export interface MailWindow {
  readonly withPeople: boolean
  readonly p50: number
  readonly p99: number
  /** Of each message that was taken, in milliseconds. */
  readonly tookMs: readonly number[]
  /** Replies that were no 250. */
  readonly refused: readonly string[]
  readonly clicks: readonly Click[]
}

/** People rest for so long before mail is measured alone: what they asked for last is done by then. */
const settleMs = 500

/**
 * The same mail again and again, in turn alone and while people click, so that whatever else the machine does hits
 * both. Of two windows that follow each other now the one comes first and now the other.
 */
export async function measureWindows(options: WindowOptions): Promise<MailWindow[]> {
  const { people, pairs, onWindow = () => undefined } = options
  const windows: MailWindow[] = []
  await people.report()
  for (let pair = 0; pair < pairs; pair++)
    for (const withPeople of pair % 2 === 0 ? [false, true] : [true, false]) {
      const window = await measureWindow(options, withPeople)
      windows.push(window)
      onWindow(window)
    }
  return windows
}

async function measureWindow(options: WindowOptions, withPeople: boolean): Promise<MailWindow> {
  const { port, source, people, mailboxes, rate, size, seconds } = options
  if (withPeople) people.go()
  await new Promise((resolve) => setTimeout(resolve, settleMs))
  const sent = await source.send({ port, mailboxes, rate, size, messages: Math.round(rate * seconds) })
  people.rest()
  await new Promise((resolve) => setTimeout(resolve, settleMs))
  const took = sent.filter((each) => each.outcome === 'acknowledged').map((each) => each.tookMs)
  return {
    withPeople,
    p50: percentile(took, 0.5),
    p99: percentile(took, 0.99),
    tookMs: took,
    refused: sent.filter((each) => each.outcome !== 'acknowledged').map((each) => each.reply),
    clicks: await people.report(),
  }
}
