import { type Click, type Clicker, click } from './click.ts'
import type { Pause } from './pauses.ts'

/** What a page of the console asks when it is opened, and what of it again while it is looked at, every so often. */
interface Visit {
  readonly opens: readonly string[]
  readonly again: Readonly<Record<string, number>>
}
type Note = (click: Click) => void
type Page = (who: Clicker, note: Note, pause: Pause) => Promise<Visit> | Visit

const newest = '/api/v1/messages?limit=50'
const home: Visit = {
  opens: ['/api/v1/me', '/api/v1/overview', '/api/v1/queue', newest],
  again: { '/api/v1/overview': 4000, '/api/v1/queue': 5000, [newest]: 4000 },
}
const queue: Visit = { opens: ['/api/v1/queue'], again: { '/api/v1/queue': 4000 } }
const quarantine: Visit = {
  opens: ['/api/v1/quarantine?limit=50', '/api/v1/quarantine/summary'],
  again: { '/api/v1/quarantine?limit=50': 15_000 },
}
const reports: Visit = {
  opens: ['/api/v1/statistics', '/api/v1/statistics/tops?kind=attacked'],
  again: {},
}
const looksFor = ['subject=message', 'subject=prize*', 'state=delivered', 'sender=sender.example', 'q=p1']

const pages: readonly Page[] = [
  () => home,
  () => home,
  found,
  found,
  () => queue,
  () => quarantine,
  oneMessage,
  oneMessage,
  () => reports,
]

/** How long a manager looks at a page. */
const dwellMs = [4000, 16_000] as const

/** A manager at work until `pause` says that it is over: page after page, each asking again as the console does. */
export async function manage(who: Clicker, note: Note, pause: Pause): Promise<void> {
  if (!(await pause.think([0, dwellMs[1]]))) return
  // The console itself: the page, whose files the browser has.
  await click(who, ['page', '/'], note)
  for (;;) {
    const visit = await (pause.pick(pages) ?? (() => home))(who, note, pause)
    await Promise.all(visit.opens.map((path) => click(who, [nameOf(path), path], note)))
    if (!(await dwell(who, visit, note, pause))) return
  }
}

/** Looks at a page for a while, which asks again meanwhile. False: all is over. */
async function dwell(who: Clicker, { again }: Visit, note: Note, pause: Pause): Promise<boolean> {
  const until = pause.now + pause.between(dwellMs)
  const next = Object.entries(again).map(([path, every]) => ({ path, every, at: pause.now + every }))
  for (;;) {
    if (!(await pause.until(next.reduce((least, each) => Math.min(least, each.at), until)))) return false
    if (pause.now >= until) return true
    for (const each of next) {
      if (each.at > pause.now) continue
      each.at = pause.now + each.every
      await click(who, [nameOf(each.path), each.path], note)
    }
  }
}

function found(_who: Clicker, _note: Note, pause: Pause): Visit {
  const path = `${newest}&${pause.pick(looksFor)}`
  return { opens: [path], again: { [path]: 4000 } }
}

/** Opens one of the newest messages in quarantine, and what stands in it. */
async function oneMessage(who: Clicker, note: Note, pause: Pause): Promise<Visit> {
  const { body } = await click(who, ['quarantine', '/api/v1/quarantine?limit=50'], note)
  const id = pause.pick([...body.matchAll(/"messageId":"(\w{16})"/g)].map(([, each]) => each ?? ''))
  if (id === undefined) return queue
  const path = `/api/v1/messages/${id}`
  return { opens: [path, `${path}/content`], again: { [path]: 3000 } }
}

/** The path without what differs from click to click. */
function nameOf(path: string): string {
  return path
    .replace(/^\/api\/v1\//, '')
    .replace(/\?.*/, '')
    .replace(/\/\w{16}/, '/ID')
}
