import type { Clock } from './clock.ts'
import type { Log } from './log.ts'

/** A state that needs a person, or would if it lasted. Raised once, cleared once. */
export interface Alarm {
  /** Kind from a closed list in docs/reference/alarms.md, such as `next-hop-down`. */
  readonly name: string
  /** What it is about: a next hop, a message id, a domain. Name and subject together are one alarm. */
  readonly subject: string
  /** As it is now: figures in it follow. */
  readonly text: string
  readonly since: number
}

export interface Alarms {
  /** Opens an alarm. One that is open takes the text: nobody is told anew, and it is the same fault since the same moment. */
  raise(name: string, subject: string, text: string): void
  /** Raises an alarm that clears by itself when it has not been raised again for `lastsMs`: for things that happen, not states. */
  pulse(name: string, subject: string, text: string, lastsMs: number): void
  clear(name: string, subject: string): void
  open(): Alarm[]
  /** Called for each alarm raised and cleared, so that the ledger and metrics hear of it. */
  onChange(listener: (alarm: Alarm, open: boolean) => void): void
}

/** Open alarms of this process. Callers need no memory: an alarm is raised again and again with what is so then. */
export function createAlarms(clock: Clock, log: Log): Alarms {
  const open = new Map<string, Alarm>()
  const listeners: ((alarm: Alarm, open: boolean) => void)[] = []
  const tell = (alarm: Alarm, isOpen: boolean) => {
    for (const listener of listeners) listener(alarm, isOpen)
  }
  const timers = new Map<string, NodeJS.Timeout>()
  const raise = (name: string, subject: string, text: string) => {
    const key = `${name} ${subject}`
    const known = open.get(key)
    if (known) {
      if (known.text !== text) open.set(key, { ...known, text })
      return
    }
    const alarm = { name, subject, text, since: clock.now() }
    open.set(key, alarm)
    log.warn({ alarm: name, subject }, text)
    tell(alarm, true)
  }
  const clear = (name: string, subject: string) => {
    const key = `${name} ${subject}`
    clearTimeout(timers.get(key))
    timers.delete(key)
    const alarm = open.get(key)
    if (!alarm) return
    open.delete(key)
    log.info({ alarm: name, subject, lastedMs: clock.now() - alarm.since }, `cleared: ${alarm.text}`)
    tell(alarm, false)
  }
  return {
    raise,
    clear,
    pulse(name, subject, text, lastsMs) {
      raise(name, subject, text)
      const key = `${name} ${subject}`
      clearTimeout(timers.get(key))
      timers.set(key, setTimeout(() => clear(name, subject), lastsMs).unref())
    },
    open: () => [...open.values()],
    onChange: (listener) => listeners.push(listener),
  }
}
