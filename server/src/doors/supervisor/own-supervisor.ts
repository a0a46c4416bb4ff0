import { beatEveryMs, type EndedRuns, type ServerWord } from './words.ts'

/** Tells a server that it was launched by a supervisor of ours; others that speak to their children are none. */
export const markOfSupervisor = 'MK_SUPERVISED'

/** The supervisor of this process, as the server sees it. */
export interface OwnSupervisor {
  /** Runs before this one that are to be written down. */
  readonly ended: Promise<EndedRuns>
  /** When this server had started whole (ms since 1970). */
  readonly up: Promise<number>
  /** It is gone: nobody would start this server again, and another supervisor could not. */
  readonly gone: Promise<void>
  /** To be called when the server has started whole. */
  running(): void
  /** To be called before an end that nobody asked for, with the fault. */
  hasToEnd(cause: unknown): void
  /** So many runs of `ended` are written down. */
  noted(runs: number): void
}

/**
 * Begins to tell the supervisor of this process that the event loop turns. Null: it has none.
 * @param silentAfterMs silence after which it is to replace us; 0: never
 */
export function joinSupervisor(silentAfterMs: number): OwnSupervisor | null {
  if (process.env[markOfSupervisor] === undefined || !process.connected) return null
  delete process.env[markOfSupervisor]
  let isSending = false
  const say = (word: ServerWord) =>
    process.send?.(word, undefined, undefined, () => {
      isSending = false
    })
  const up = Promise.withResolvers<number>()
  const ended = new Promise<EndedRuns>((resolve) =>
    process.once('message', (told) => resolve(told as EndedRuns)),
  )
  const gone = new Promise<void>((resolve) => process.once('disconnect', resolve))
  const hasToEnd = (cause: unknown) => void say({ kind: 'has to end', why: String(cause) })
  // Only told here: what follows is what would follow without it.
  process.once('uncaughtExceptionMonitor', hasToEnd)
  say({ kind: 'settings', silentAfterMs })
  setInterval(() => {
    // One that stands still takes nothing for a while; beats must not pile up here.
    if (isSending || !process.connected) return
    isSending = true
    say({ kind: 'beat' })
  }, beatEveryMs).unref()
  // It must not keep a process that could not start.
  process.channel?.unref()
  return {
    ended,
    up: up.promise,
    gone,
    running() {
      say({ kind: 'running' })
      up.resolve(Date.now())
    },
    hasToEnd,
    noted: (runs) => void say({ kind: 'noted', runs }),
  }
}
