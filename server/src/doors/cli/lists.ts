import { recordOrder } from '#services/directory/directory-order.ts'
import { switchListOff, switchListOn } from '#services/lists/switch-list.ts'
import { UseError } from './arguments.ts'
import { clip } from './clip.ts'
import type { GroupCommand } from './group-command.ts'
import { localTime } from './local-time.ts'
import { orderOf } from './order-of.ts'
import { readCount } from './read-count.ts'
import type { Site } from './site.ts'
import type { SiteCommand } from './site-command.ts'
import { table } from './table.ts'

const dayMs = 86_400_000

const status: SiteCommand = {
  name: 'status',
  summary: 'tests each outside list, and shows what it caught',
  help: `Usage: mailkeep lists status
Tests each list of lists.ask now, by what every list must and must not list, and shows whether it counts, how long the
test took, and what mail it helped into quarantine in the last day, with what people released of that.
Exit code 1: one of those that are on fails its test.`,
  options: {},
  async run(site, _given, out) {
    const found = await lookAtLists(site)
    const rows = found.map((each) => [
      each.zone,
      each.kind,
      each.why === '' ? `good, ${Math.round(each.ms)} ms` : clip(each.why, 60),
      each.off ?? 'on',
      String(each.kept),
      String(each.released),
    ])
    const head = ['list', 'of', 'test', 'switch', 'kept', 'released']
    out.answer({ lists: found }, rows.length === 0 ? 'No list is asked (lists.ask).' : table(head, rows))
    return found.some((each) => each.off === null && each.why !== '') ? 1 : 0
  },
}

async function lookAtLists({ lists, definitions }: Site) {
  const now = Date.now()
  const [tested, outcomes] = await Promise.all([
    lists.test(),
    definitions.store.listOutcomes(now - dayMs, now),
  ])
  const count = (zone: string, outcome: 'kept' | 'released') =>
    outcomes.find((each) => each.zone === zone && each.outcome === outcome)?.messages ?? 0
  return tested.map((each) => {
    const by = lists.switches().find(({ zone }) => zone === each.zone)
    const bySettings = lists.offBySettings().includes(each.zone) ? 'off by lists.off' : null
    const off = by ? `off since ${localTime(by.since)} by ${by.who}${by.why && `: ${by.why}`}` : bySettings
    return { ...each, off, kept: count(each.zone, 'kept'), released: count(each.zone, 'released') }
  })
}

const off: SiteCommand = {
  name: 'off',
  summary: 'takes the weight from a list, within seconds',
  help: `Usage: mailkeep lists off ZONE [--why TEXT]
Takes the weight from a list at once, without a restart, until it is switched on again. It is asked on for evidence.
Mail of the last three days that it helped into quarantine is judged anew without it, and leaves where nothing else
speaks against it.`,
  options: { why: { type: 'string' } },
  async run(site, given, out) {
    const zone = zoneOf(given.words)
    const why = given.text('why') ?? ''
    switchListOff(site.lists, zone, site.who, why)
    await recordOrder(orderOf(site), 'list-off', null, { zone, why })
    out.answer(
      { zone, off: true },
      `${zone} weighs nothing from now on; what it caught of late is judged anew.`,
    )
    return 0
  },
}

const on: SiteCommand = {
  name: 'on',
  summary: 'gives a list its weight back',
  help: `Usage: mailkeep lists on ZONE
Gives a list its weight back. It counts once it has passed its tests.`,
  options: {},
  async run(site, given, out) {
    const zone = zoneOf(given.words)
    switchListOn(site.lists, zone)
    await recordOrder(orderOf(site), 'list-on', null, { zone, why: '' })
    out.answer({ zone, off: false }, `${zone} counts again.`)
    return 0
  },
}

const kept: SiteCommand = {
  name: 'kept',
  summary: 'lists mail in quarantine that a list had a say in',
  help: `Usage: mailkeep lists kept ZONE [--limit N]
Lists mail in quarantine that a list had a say in, the newest first, with the score without it: what stays below the
tolerance is there because of the list.`,
  options: { limit: { type: 'string' } },
  async run(site, given, out) {
    const zone = zoneOf(given.words)
    const limit = readCount('limit', given.text('limit'), 100)
    const found = await site.definitions.store.keptByList(zone, limit)
    const mail = found.map((each) => ({
      ...each,
      onlyByIt: each.verdict !== 'virus' && each.score - each.weight < each.tolerance,
    }))
    const rows = mail.map((each) => [
      each.messageId,
      localTime(each.receivedAt),
      clip(each.mailFrom, 32),
      clip(each.subject, 30),
      `${each.score} - ${each.weight}`,
      each.onlyByIt ? 'yes' : 'no',
    ])
    const head = ['message', 'received', 'from', 'subject', 'score', 'only by it']
    out.answer({ zone, mail }, rows.length === 0 ? 'There is none.' : table(head, rows))
    return 0
  },
}

function zoneOf([zone, ...more]: readonly string[]): string {
  if (zone === undefined || more.length > 0) throw new UseError('name one list')
  return zone.toLowerCase()
}

/** `./mailkeep lists`. */
export const command: GroupCommand = {
  name: 'lists',
  summary: 'tests outside lists, switches them off and on, and shows what they caught',
  verbs: [status, off, on, kept],
}
