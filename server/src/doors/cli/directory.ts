import { confirmShrink } from '#services/directory/confirm-shrink.ts'
import { restoreLost } from '#services/directory/restore-lost.ts'
import type { Shrink } from '#services/directory/snapshot-store.ts'
import { type Arguments, UseError } from './arguments.ts'
import { counted } from './counted.ts'
import type { GroupCommand } from './group-command.ts'
import { localTime } from './local-time.ts'
import { orderOf } from './order-of.ts'
import type { SiteCommand } from './site-command.ts'
import { table } from './table.ts'

const status: SiteCommand = {
  name: 'status',
  summary: 'shows which snapshot is in force',
  help: `Usage: mailkeep directory status
Shows the snapshot of the directory that mail flows by, and losses that wait to be confirmed.
Exit code 0: it agrees with the directory. 1: a loss waits, or there is no snapshot.`,
  options: {},
  isReading: true,
  async run(site, _given, out) {
    const { held } = await site.publish()
    const state = await site.snapshots.state()
    const users = (await site.directory.countUsers()).reduce((sum, each) => sum + each.users, 0)
    const answer = {
      version: state?.version ?? null,
      checkedAt: state?.checkedAt ?? null,
      domains: state?.domains.length ?? 0,
      users,
      held,
    }
    const head =
      state === null
        ? 'There is no snapshot yet; "mailkeep domain add" makes the first.'
        : `Snapshot ${state.version}, found true at ${localTime(state.checkedAt)}: ${counted(state.domains.length, 'domain')}, ${counted(users, 'person', 'people')}.`
    out.answer(answer, held.length === 0 ? head : `${head}\n\n${describeHeld(held)}`)
    return held.length === 0 && state !== null ? 0 : 1
  },
}

function describeHeld(held: readonly Shrink[]): string {
  const rows = held.map((each) => [
    each.domain,
    String(each.before + each.lostBefore),
    String(each.lost + each.lostBefore),
  ])
  return `${table(['held back', 'in force', 'missing'], rows)}

The missing ones stay in force. Either "mailkeep directory confirm NAME": they are meant to go,
or "mailkeep directory restore NAME": they come back into the directory.`
}

const confirm: SiteCommand = {
  name: 'confirm',
  summary: 'confirms a loss',
  help: `Usage: mailkeep directory confirm DOMAIN|'*'
Confirms that the missing addresses of a domain (or, with *, the missing domains) are meant to go.
They hear 451 for directory.grace, then 550.`,
  options: {},
  async run(site, given, out) {
    const name = nameOf(given)
    const { held } = await site.publish()
    const shrink = await confirmShrink(orderOf(site), name, held)
    const published = await site.publish()
    out.answer(
      { confirmed: shrink, version: published.version },
      `Confirmed: ${shrink.lost + shrink.lostBefore} ${name === '*' ? 'domains' : `addresses of ${name}`} are gone from snapshot ${published.version} on.`,
    )
    return 0
  },
}

const restore: SiteCommand = {
  name: 'restore',
  summary: 'brings back what was lost',
  help: `Usage: mailkeep directory restore DOMAIN|'*'
Brings missing addresses of a domain (or, with *, the missing domains with their people) back into the
directory, as far as the snapshots know them: those in force and those lost within directory.grace.`,
  options: {},
  async run(site, given, out) {
    const name = nameOf(given)
    const restored = await restoreLost(orderOf(site), site.snapshots, name)
    await site.publish()
    const back = `${counted(restored.domains, 'domain')} and ${counted(restored.users, 'person', 'people')}`
    out.answer(restored, `${back} are back.`)
    return 0
  },
}

function nameOf(given: Arguments): string {
  const [name, ...more] = given.words
  if (name === undefined || more.length > 0) throw new UseError("name one domain, or '*' for lost domains")
  return name.toLowerCase()
}

/** `./mailkeep directory`. */
export const command: GroupCommand = {
  name: 'directory',
  summary: 'shows, confirms and mends what the flow knows of people',
  verbs: [status, confirm, restore],
}
