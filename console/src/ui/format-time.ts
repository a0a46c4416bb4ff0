const exactForm = new Intl.DateTimeFormat('en-GB', {
  year: 'numeric',
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  timeZoneName: 'short',
})
const clockForm = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' })
const shortClockForm = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' })
const dayForm = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' })
const yearForm = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' })

/** `21 Nov 2026, 22:41:16 CET · 21:41:16 UTC`: the viewer's zone, and the one that logs are in. */
export function exactTime(at: string): string {
  const moment = new Date(at)
  return `${exactForm.format(moment)} · ${moment.toISOString().slice(0, 19).replace('T', ' ')} UTC`
}

/** `22:41:16` in the viewer's zone; with the day where it is not today. */
export function clockTime(at: string, now: number = Date.now()): string {
  const moment = new Date(at)
  const clock = clockForm.format(moment)
  return isSameDay(moment, new Date(now)) ? clock : `${dayForm.format(moment)}, ${clock}`
}

/** For after the word since: `22:41`, `3 Nov, 22:41`, `3 Nov 2025`. */
export function sinceTime(at: string, now: number = Date.now()): string {
  const moment = new Date(at)
  const today = new Date(now)
  if (isSameDay(moment, today)) return shortClockForm.format(moment)
  if (moment.getFullYear() !== today.getFullYear()) return yearForm.format(moment)
  return `${dayForm.format(moment)}, ${shortClockForm.format(moment)}`
}

/** `just now`, `4 min ago`, `22:41`, `3 Nov`: as short as it can be and still mean something. */
export function relativeTime(at: string, now: number = Date.now()): string {
  const moment = new Date(at)
  const ms = now - moment.getTime()
  if (ms < 0) return inTime(-ms)
  if (ms < 10_000) return 'just now'
  if (ms < 60_000) return `${Math.floor(ms / 1000)} s ago`
  if (ms < 3_600_000) return `${Math.floor(ms / 60_000)} min ago`
  if (isSameDay(moment, new Date(now))) return shortClockForm.format(moment)
  if (ms < 7 * 86_400_000) return `${dayForm.format(moment)}, ${shortClockForm.format(moment)}`
  return moment.getFullYear() === new Date(now).getFullYear()
    ? dayForm.format(moment)
    : yearForm.format(moment)
}

function inTime(ms: number): string {
  if (ms < 1500) return 'now'
  return `in ${formatDuration(ms)}`
}

/** For what is to be done at a moment: `in 4 min`, `due now`; what is late says since when it is due. */
export function dueTime(at: string, now: number = Date.now()): string {
  const lateMs = now - Date.parse(at)
  if (lateMs < 0) return relativeTime(at, now)
  return lateMs < 60_000 ? 'due now' : `due since ${sinceTime(at, now)}`
}

/** `350 ms`, `1.2 s`, `4 min`, `3 h 20 min`, `2 d 4 h`. */
export function formatDuration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`
  if (ms < 10_000) return `${(ms / 1000).toFixed(1)} s`
  if (ms < 60_000) return `${Math.round(ms / 1000)} s`
  const minutes = Math.round(ms / 60_000)
  if (minutes < 60) return `${minutes} min`
  const hours = Math.floor(minutes / 60)
  if (hours < 24) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`
  return hours % 24 === 0 ? `${hours / 24} d` : `${Math.floor(hours / 24)} d ${hours % 24} h`
}

function isSameDay(a: Date, b: Date): boolean {
  return a.toDateString() === b.toDateString()
}
