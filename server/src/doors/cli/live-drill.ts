import { setTimeout as sleep } from 'node:timers/promises'
import {
  hasPassed,
  type KeptDrill,
  type LiveDrill,
  type LiveDrillKind,
  liveDrillKinds,
  liveDrillLimits,
  liveDrillWords,
} from '#services/drill/live-drill.ts'
import { describeDrill } from '#services/drill/live-drill-words.ts'
import { type DrillOrder, startLiveDrill, stopLiveDrill } from '#services/drill/order-live-drill.ts'
import { type Arguments, UseError } from './arguments.ts'
import { localTime } from './local-time.ts'
import { accessOrderOf } from './manager.ts'
import type { Output } from './output.ts'
import type { Site } from './site.ts'
import type { SiteCommand } from './site-command.ts'
import { table } from './table.ts'

/** `./mailkeep drill live`. */
export const command: SiteCommand = {
  name: 'drill live',
  summary: 'a fault on purpose beside live mail, in a lane of its own',
  help: `Usage: mailkeep drill live [KIND [--for TIME] [--ring]] [--stop] [--wait] [--limit N]
Has the running server send letters of its own through its doors to a next hop of its own, which then has a fault; and
says whether that was noticed: alarm, incident, cause, who was hit, and that it was over. No mail of people is touched,
nobody is told, and no list, figure or page of people's mail knows of it. It ends by itself: after its time, where mail
of people gets slower, or where something is wrong beside it. Without KIND: shows the latest ones.
${liveDrillKinds.map((each) => `  ${each.padEnd(10)} ${liveDrillWords[each]}`).join('\n')}
  --for    how long it may take: 14 of watch.period or more (7m where that is 30s), at most 15m; 7m or that if absent
  --ring   those who are told of alarms of the whole house are told of this one too, as a drill
  --stop   ends the one that is under way, within seconds
  --wait   waits for its end, and prints the report
  --limit  how many are shown; 5 if absent
Exit code 0: fine. 1: with --wait, a bound was missed or it was ended before. 2: wrong use, or none may begin now.`,
  options: {
    for: { type: 'string' },
    ring: { type: 'boolean' },
    stop: { type: 'boolean' },
    wait: { type: 'boolean' },
    limit: { type: 'string' },
  },
  async run(site, given, out) {
    const [kind, ...more] = given.words
    if (more.length > 0) throw new UseError('name one kind of fault')
    if (given.flag('stop')) {
      if (kind !== undefined) throw new UseError('--stop ends whichever is under way; name no kind')
      const drill = await stopLiveDrill(orderOf(site))
      return given.flag('wait') ? report(site, drill.id, out) : say(out, drill, 'It ends within seconds.')
    }
    if (kind !== undefined) {
      const drill = await startLiveDrill(orderOf(site), wantedOf(kind, given))
      if (given.flag('wait')) return report(site, drill.id, out)
      const text = 'It begins within seconds. "mailkeep drill live" shows how far it is, --stop ends it.'
      return say(out, { ...drill, stoppedBy: null }, text)
    }
    const drills = await site.readLiveDrills.list(readLimit(given))
    if (given.flag('wait') && drills[0]) return report(site, drills[0].id, out)
    out.answer(
      { drills: drills.map(shown) },
      drills.length === 0 ? 'There was none yet.' : drills.map(textOf).join('\n\n'),
    )
    return 0
  },
}

/** One that was just ordered is nobody's yet. */
type TellableDrill = LiveDrill & Pick<KeptDrill, 'stoppedBy'> & Partial<KeptDrill>

function orderOf(site: Site): DrillOrder {
  const { incidents, watch, alarms, status, folder, liveDrills, loaded } = site
  const guards = { incidents, findings: watch, alarms, status, folder }
  const periodMs = loaded.config['watch.period']
  return { ...accessOrderOf(site), drills: liveDrills, guards, periodMs }
}

function wantedOf(kind: string, given: Arguments) {
  if (!(liveDrillKinds as readonly string[]).includes(kind))
    throw new UseError(`there is no fault ${kind}; there are ${liveDrillKinds.join(', ')}`)
  const time = given.text('for')
  return {
    kind: kind as LiveDrillKind,
    rings: given.flag('ring'),
    ...(time !== undefined && { forMs: readTime(time) }),
  }
}

function readTime(text: string): number {
  const found = /^(\d{1,4})(s|m)$/.exec(text)
  if (!found) throw new UseError('--for takes a time such as 90s or 5m')
  return Number(found[1]) * (found[2] === 's' ? 1000 : 60_000)
}

function readLimit(given: Arguments): number {
  const value = Number(given.text('limit') ?? 5)
  if (!Number.isInteger(value) || value < 1 || value > 100) throw new UseError('--limit takes 1 to 100')
  return value
}

function say(out: Output, drill: TellableDrill, text: string): number {
  out.answer({ drill: shown(drill) }, `${drill.kind}: ${liveDrillWords[drill.kind]}. ${text}`)
  return 0
}

/** Waits for the end, and prints what came of it. */
async function report(site: Site, id: string, out: Output): Promise<number> {
  const graceMs = liveDrillLimits.unbegunMs + liveDrillLimits.leaseMs
  for (;;) {
    const drill = await site.readLiveDrills.read(id)
    if (drill === null) throw new UseError('it is not known any more')
    const isLost = drill.endedAt === null && Date.now() > drill.orderedAt + drill.forMs + graceMs
    if (drill.endedAt !== null || isLost) {
      out.answer({ drill: shown(drill) }, textOf(drill))
      return hasPassed(drill) === true ? 0 : 1
    }
    out.progress(describeDrill(drill))
    await sleep(liveDrillLimits.everyMs * 2)
  }
}

function shown({ runner: _runner, beatAt: _at, hasRunner: _has, ...drill }: TellableDrill): object {
  const moment = (at: number | null) => (at === null ? null : new Date(at).toISOString())
  const times = { startedAt: moment(drill.startedAt), endedAt: moment(drill.endedAt) }
  return { ...drill, ...times, passed: hasPassed(drill) }
}

function textOf(drill: TellableDrill): string {
  const head = `${drill.kind}: ${liveDrillWords[drill.kind]}
${localTime(drill.orderedAt)} by ${drill.who}. ${describeDrill(drill)}`
  const told = drill.seen.told.length === 0 ? '' : `\nTold: ${drill.seen.told.join(', ')}`
  if (drill.lines.length === 0) return `${head}${told}`
  const words = (held: boolean | null) => (held === null ? '-' : held ? 'held' : 'MISSED')
  const rows = drill.lines.map((each) => [words(each.held), each.what, each.bound, each.measured])
  return `${head}\n${table(['', 'what', 'promised', 'measured'], rows)}${told}`
}
