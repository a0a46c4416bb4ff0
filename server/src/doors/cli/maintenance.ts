import { readMaintenance } from '#ground/platform/maintenance-file.ts'
import { beginMaintenance, endMaintenance } from '#services/maintenance/switch-maintenance.ts'
import { UseError } from './arguments.ts'
import type { GroupCommand } from './group-command.ts'
import { localTime } from './local-time.ts'
import { accessOrderOf } from './manager.ts'
import { readMoment } from './read-moment.ts'
import type { SiteCommand } from './site-command.ts'

const on: SiteCommand = {
  name: 'on',
  summary: 'closes the console',
  help: `Usage: mailkeep maintenance on --until MOMENT [--text TEXT]
Closes the console for planned work: every page and address of it answers 503 and says until when, and pages come back
to where people wanted to go by themselves. Mail flows; health and metrics answer. An alarm is raised when it lasts
longer.
  --until  planned end: 2026-11-21T18:00, or +2h from now
  --text   a sentence for those who meet it`,
  options: { until: { type: 'string' }, text: { type: 'string' } },
  async run(site, given, out) {
    const order = accessOrderOf(site)
    const until = given.text('until')
    if (until === undefined) throw new UseError('--until is needed')
    const end = readEnd(until, order.at)
    const now = await beginMaintenance(order, site.folder, { until: end, text: given.text('text') ?? '' })
    out.answer(now, `The console is closed until ${localTime(now.until)}. Mail flows.`)
    return 0
  },
}

const off: SiteCommand = {
  name: 'off',
  summary: 'opens the console again',
  help: `Usage: mailkeep maintenance off
Opens the console again, within a second.`,
  options: {},
  async run(site, _given, out) {
    const ended = await endMaintenance(accessOrderOf(site), site.folder)
    out.answer({ ended }, ended ? 'The console is open.' : 'There was no maintenance.')
    return 0
  },
}

const show: SiteCommand = {
  name: 'show',
  summary: 'says whether the console is closed',
  help: `Usage: mailkeep maintenance show
Says whether the console is closed, since when, until when and by whom.`,
  options: {},
  async run(site, _given, out) {
    const now = await readMaintenance(site.folder)
    out.answer(
      { maintenance: now },
      now === null
        ? 'The console is open.'
        : `Closed since ${localTime(now.since)} until ${localTime(now.until)} by ${now.who}. ${now.text}`,
    )
    return 0
  },
}

export const command: GroupCommand = {
  name: 'maintenance',
  summary: 'planned work on the console: closes and opens it, mail flows',
  verbs: [on, off, show],
}

function readEnd(text: string, now: number): number {
  const found = /^\+(\d{1,6})([smhd])$/.exec(text)
  if (!found) return readMoment(text, now)
  const units = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const
  return now + Number(found[1]) * units[found[2] as keyof typeof units]
}
