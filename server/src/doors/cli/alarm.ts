import { adviceFor } from '#ground/platform/alarm-advice.ts'
import { kindOf } from '#ground/platform/alarm-kinds.ts'
import { newId } from '#ground/platform/ids.ts'
import { acknowledge } from '#services/alarms/acknowledge.ts'
import { subscribe, unsubscribe } from '#services/alarms/subscribe.ts'
import { shownAddress } from '#services/alarms/target.ts'
import { change } from './alarm-change.ts'
import { alarmOrderOf, shownWhole } from './alarm-order.ts'
import { test } from './alarm-test.ts'
import { addedPlaces, answerWish, quietIn, wishOptions } from './alarm-wish.ts'
import { quietWords, readFirst } from './alarm-words.ts'
import { UseError } from './arguments.ts'
import { clip } from './clip.ts'
import type { GroupCommand } from './group-command.ts'
import { localTime } from './local-time.ts'
import type { Site } from './site.ts'
import type { SiteCommand } from './site-command.ts'
import { table } from './table.ts'

const dayMs = 86_400_000
const mostShown = 1000

const list: SiteCommand = {
  name: 'list',
  summary: 'lists alarms',
  help: `Usage: mailkeep alarm list [--open] [--notice ID]
Lists alarms of all processes: open ones first, then those of the last day; below them, what to do about open ones.
  --open    only those that are open
  --notice  all alarms of one notice, as "mailkeep alarm notices" and mails name it
Exit code 1: one is open.`,
  options: { open: { type: 'boolean' }, notice: { type: 'string' } },
  async run(site, given, out) {
    const id = given.text('notice')
    const all =
      id === undefined ? await site.alarms.states(Date.now() - dayMs, mostShown) : await ofNotice(site, id)
    const shown = given.flag('open') ? all.filter((each) => each.clearedAt === null) : all
    const rows = shown.map((each) => [
      each.withdrawn !== null ? 'wrong' : each.clearedAt === null ? 'OPEN' : 'over',
      kindOf(each.name).severity,
      localTime(each.since),
      each.name,
      clip(each.subject, 30),
      clip(each.withdrawn ?? each.text, 80),
    ])
    const head = ['state', 'severity', 'since', 'alarm', 'subject', 'text']
    const alarms = shown.map((each) => ({ ...each, severity: kindOf(each.name).severity }))
    const open = all.filter((each) => each.clearedAt === null && each.withdrawn === null)
    const advice = adviceFor(open.map(({ name }) => name))
    const todo = advice.map((each) => `\n\n${each.name}, what to do: ${each.todo}`).join('')
    out.answer({ alarms, advice }, rows.length === 0 ? 'No alarm.' : `${table(head, rows)}${todo}`)
    return open.length > 0 ? 1 : 0
  },
}

async function ofNotice(site: Site, id: string) {
  const notice = await site.notices.notice(id)
  if (!notice) throw new UseError(`there is no notice ${id}`)
  return notice.lines.map(({ name, subject, text, since, clearedAt, state, why }) => ({
    ...{ name, subject, text, since, clearedAt, withdrawn: state === 'wrong' ? why : null },
  }))
}

const notices: SiteCommand = {
  name: 'notices',
  summary: 'lists what was told',
  help: `Usage: mailkeep alarm notices
Lists what people and programs are told: alarms of one cause are one notice. Open ones, and those of the last day.`,
  options: {},
  async run(site, _given, out) {
    const found = await site.notices.notices(Date.now() - dayMs)
    const scopes = new Map((await site.alarms.subscriptions()).map((each) => [each.id, each.scope]))
    const rows = found.map((each) => [
      each.id,
      each.endedAt !== null ? 'over' : each.ackedAt !== null ? 'acknowledged' : 'OPEN',
      localTime(each.openedAt),
      String(each.lines.length),
      scopes.get(each.subscription) ?? '',
      clip([...new Set(each.lines.map((line) => line.name))].join(' '), 60),
    ])
    // Who knows a secret acknowledges by it.
    const shown = found.map((each) => ({
      ...each,
      tellings: each.tellings.map(({ secret: _secret, ...telling }) => telling),
    }))
    const head = ['id', 'state', 'since', 'alarms', 'of', 'kinds']
    out.answer({ notices: shown }, rows.length === 0 ? 'Nothing was told.' : table(head, rows))
    return 0
  },
}

const told: SiteCommand = {
  name: 'told',
  summary: 'lists who is told',
  help: `Usage: mailkeep alarm told
Lists who is told of alarms, of whose, after how long, and when not. Addresses of programs are not shown in full.`,
  options: {},
  async run(site, _given, out) {
    const found = await site.alarms.subscriptions()
    const rows = found.flatMap((each) =>
      each.targets.map((target, n) => [
        n === 0 ? each.id : '',
        String(n + 1),
        target.form,
        shownAddress(target),
        target.afterMs === 0 ? 'at once' : `after ${Math.round(target.afterMs / 60_000)} min`,
        each.scope,
        each.names.join(' ') || 'all',
        quietWords(each.quiet),
      ]),
    )
    const head = ['id', 'place', 'form', 'address', 'when', 'of', 'alarms', 'quiet']
    const text = rows.length === 0 ? 'Nobody is told yet.' : table(head, rows)
    out.answer({ subscriptions: found.map(shownWhole) }, text)
    return 0
  },
}

const tell: SiteCommand = {
  name: 'tell',
  summary: 'has people or programs told of alarms',
  help: `Usage: mailkeep alarm tell ADDRESS --of SCOPE [--form FORM] [--key KEY] [--name ALARM...]
       [--also PLACE...] [--escalate-after TIME=PLACE...] [--quiet FROM-TO --zone ZONE [--days DAYS] [--quiet-critical]]
Has somebody told once when an alarm has lasted for a while, with others of its cause, and once when it is over.
ADDRESS is of mail, or https; "pagerduty" with --form pagerduty: its own one.
  --of     tenant:ID with everything below it, or domain:NAME; of the operator's tenant: those of the house too
  --form   mail, webhook (JSON, signed with a secret that is shown once), slack, or pagerduty; else by the address
  --key    integration key of PagerDuty (Events API v2)
  --name   only this kind of alarm; may stand several times
  --also   a place more that is told at once: an address, or slack=https://..., or pagerduty=KEY; several times
  --escalate-after  who is told when nobody has acknowledged it by then: 15m=ops@example.org, 1h=slack=https://...
  --quiet  hours in which only critical alarms are told, such as 22:00-07:00; the rest comes at their end, together
  --zone   whose clock that is, such as Europe/Berlin
  --days   days on which they begin, such as sat,sun; else every day
  --quiet-critical  critical alarms wait too`,
  options: {
    of: { type: 'string' },
    form: { type: 'string' },
    key: { type: 'string' },
    ...wishOptions,
  },
  async run(site, given, out) {
    const [address, ...more] = given.words
    const scope = given.text('of')
    if (address === undefined || more.length > 0) throw new UseError('name one address')
    if (scope === undefined) throw new UseError('of what? Say it with --of tenant:ID or --of domain:NAME')
    const first = readFirst(address, given.text('form'), given.text('key'))
    const own = first.form === 'pagerduty' && address === 'pagerduty'
    const made = await subscribe(alarmOrderOf(site), {
      ...{ id: newId(Date.now()), scope, names: given.texts('name') },
      targets: [
        own ? { form: first.form, ...(first.key !== undefined && { key: first.key }), afterMs: 0 } : first,
        ...addedPlaces(given),
      ],
      quiet: quietIn(given),
    })
    answerWish(out, made)
    return 0
  },
}

const untell: SiteCommand = {
  name: 'untell',
  summary: 'ends that',
  help: `Usage: mailkeep alarm untell ID
Ends a subscription to alarms; "mailkeep alarm told" has the ids.`,
  options: {},
  async run(site, given, out) {
    const [id, ...more] = given.words
    if (id === undefined || more.length > 0) throw new UseError('name one id')
    const leftOpen = await unsubscribe(alarmOrderOf(site), id)
    const left =
      leftOpen === 0 ? '' : ` Of its pagers ${leftOpen} did not take that it is over: close it there.`
    out.answer({ removed: id, pagersLeftOpen: leftOpen }, `Nobody is told under this id any more.${left}`)
    return 0
  },
}

const ack: SiteCommand = {
  name: 'ack',
  summary: 'says that somebody looks after an alarm',
  help: `Usage: mailkeep alarm ack NOTICE | ALARM SUBJECT
Says that somebody looks after it: who would be told next is not. Who was told hears when it is over.
  NOTICE         id of a notice ("mailkeep alarm notices")
  ALARM SUBJECT  an alarm, as "mailkeep alarm list" shows it`,
  options: {},
  async run(site, given, out) {
    const [first, subject, ...more] = given.words
    if (first === undefined || more.length > 0)
      throw new UseError('name a notice, or an alarm and its subject')
    const what = subject === undefined ? { notice: first } : { name: first, subject }
    const acknowledged = await acknowledge(alarmOrderOf(site), what)
    out.answer({ acknowledged }, acknowledged === 0 ? 'Somebody had said so before.' : 'It is noted.')
    return 0
  },
}

/** `./mailkeep alarm`. */
export const command: GroupCommand = {
  name: 'alarm',
  summary: 'lists alarms, has people and programs told of them, and acknowledges them',
  verbs: [list, notices, told, tell, change, test, untell, ack],
}
