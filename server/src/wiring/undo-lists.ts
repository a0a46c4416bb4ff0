import { readListSwitches } from '#ground/platform/list-switches.ts'
import type { Base } from './base.ts'

const everyMs = 2000
/** Threads test a list every 30 s, so by then all of them know that it is bad. */
const mutedSettleMs = 35_000
const offSettleMs = 3000
/** A list that nobody has called muted for this long counts again. */
const forgottenMs = 90_000
/** Messages that were in hand are decided by then. */
const lastLookMs = 10 * 60_000
const restMs = 30_000
/** Of a list that somebody switched off; when it turned bad nobody knows. */
const lookBackMs = 3 * 86_400_000
/** A list that mutes itself has passed its tests until just before. */
const mutedLookBackMs = 60 * 60_000
const atATime = 500

/** A list that does not count, and how far undoing what it did has come. */
interface Episode {
  readonly since: number
  readonly settleMs: number
  /** When it was last found muted. */
  mutedAt: number
  nextLook: number
}

/**
 * Undoes what a bad list did (I10): once a list is switched off, or has muted itself since it lists everything, mail that it helped into
 * quarantine is judged anew without it, once, and what it alone had caught leaves. Hands switches that a command has
 * changed to the inspection threads too.
 */
export class UndoLists {
  readonly #base: Pick<Base, 'config' | 'folder' | 'stores' | 'log'>
  readonly #takeSettings: () => void
  readonly #off = new Map<string, Episode>()
  readonly #muted = new Map<string, Episode>()
  readonly #timer: NodeJS.Timeout
  #switches = ''
  #isBusy = false

  constructor(base: Pick<Base, 'config' | 'folder' | 'stores' | 'log'>, takeSettings: () => void) {
    this.#base = base
    this.#takeSettings = takeSettings
    this.#switches = JSON.stringify(readListSwitches(base.folder))
    this.#timer = setInterval(() => void this.#look(), everyMs)
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  /** A message was inspected while this list had muted itself since it lists everything. */
  muted(zone: string): void {
    const now = Date.now()
    const known = this.#muted.get(zone)
    if (known) known.mutedAt = now
    else this.#muted.set(zone, begin(now, mutedSettleMs))
  }

  async #look(): Promise<void> {
    if (this.#isBusy) return
    this.#isBusy = true
    try {
      this.#readSwitches()
      const now = Date.now()
      for (const [zone, episode] of [...this.#off, ...this.#muted])
        if (episode.nextLook <= now) await this.#undo(zone, episode)
    } catch (cause) {
      this.#base.log.warn(
        { cause: String(cause) },
        'mail that a list caught could not be judged anew; it is tried again',
      )
    } finally {
      this.#isBusy = false
    }
  }

  #readSwitches(): void {
    const { config, folder } = this.#base
    const switches = readListSwitches(folder)
    const text = JSON.stringify(switches)
    if (text !== this.#switches) {
      this.#switches = text
      this.#takeSettings()
    }
    const now = Date.now()
    const off = new Set([...config['lists.off'], ...switches.map((each) => each.zone)])
    for (const zone of off) if (!this.#off.has(zone)) this.#off.set(zone, begin(now, offSettleMs))
    for (const zone of this.#off.keys()) if (!off.has(zone)) this.#off.delete(zone)
    // What is muted stays so for its probation, so that what was said of it lately still holds.
    const lasts = Math.min(forgottenMs, config['lists.probation'] * 0.7)
    for (const [zone, { mutedAt }] of this.#muted) if (now - mutedAt > lasts) this.#muted.delete(zone)
  }

  async #undo(zone: string, episode: Episode): Promise<void> {
    const now = Date.now()
    const by = {
      kind: 'list',
      name: zone,
      since: episode.since + episode.settleMs,
      receivedAfter: now - (episode.settleMs === mutedSettleMs ? mutedLookBackMs : lookBackMs),
    } as const
    const reopened = await this.#base.stores.definitions.reopen(by, now, atATime)
    if (reopened > 0)
      this.#base.log.info({ zone, messages: reopened }, 'mail that a list caught is judged anew')
    else if (now - episode.since > lastLookMs) episode.nextLook = Number.POSITIVE_INFINITY
    else episode.nextLook = now + restMs
  }
}

function begin(now: number, settleMs: number): Episode {
  return { since: now, settleMs, mutedAt: now, nextLook: now + settleMs }
}
