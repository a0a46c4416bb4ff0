import {
  awaitedDomains,
  confirmDomain,
  releaseDomains,
  unfinishedDomains,
} from '#services/directory/awaited-domains.ts'
import { confirmShrink } from '#services/directory/confirm-shrink.ts'
import type { LossGuard } from '#services/directory/loss-guard.ts'
import { type Loss, lossesInReach } from '#services/directory/losses-in-reach.ts'
import { type Restored, restoreLost } from '#services/directory/restore-lost.ts'
import { type Arguments, UseError } from './arguments.ts'
import { clip } from './clip.ts'
import { counted } from './counted.ts'
import type { GroupCommand } from './group-command.ts'
import { localTime } from './local-time.ts'
import { orderOf } from './order-of.ts'
import { sayLonger } from './say-longer.ts'
import type { Site } from './site.ts'
import type { SiteCommand } from './site-command.ts'
import { table } from './table.ts'

const status: SiteCommand = {
  name: 'status',
  summary: 'shows which snapshot is in force',
  help: `Usage: mailkeep directory status
Shows the snapshot of the directory that mail flows by, losses that wait to be confirmed, and domains that an import
has not brought whole.
Exit code 0: it agrees with the directory. 1: a loss or a domain waits, or there is no snapshot.`,
  options: {},
  isReading: true,
  async run(site, _given, out) {
    const { held } = await site.publish()
    const losses = await lossesInReach(orderOf(site), site.snapshots)
    const state = await site.snapshots.state()
    const users = (await site.directory.countUsers()).reduce((sum, each) => sum + each.users, 0)
    const awaited = (await unfinishedDomains(site.directory, site.snapshots)).map(({ name }) => name)
    const answer = {
      version: state?.version ?? null,
      checkedAt: state?.checkedAt ?? null,
      domains: state?.domains.length ?? 0,
      users,
      held,
      losses,
      awaited,
    }
    const head =
      state === null
        ? 'There is no snapshot yet; "mailkeep domain add" makes the first.'
        : `Snapshot ${state.version}, found true at ${localTime(state.checkedAt)}: ${counted(state.domains.length, 'domain')}, ${counted(users, 'person', 'people')}.`
    const parts = [
      head,
      ...(held.length > 0 ? [describeLosses(losses)] : []),
      ...(awaited.length > 0 ? [describeAwaited(awaited)] : []),
    ]
    out.answer(answer, parts.join('\n\n'))
    return held.length + awaited.length === 0 && state !== null ? 0 : 1
  },
}

/** So many names are told to people; `--json` has all. */
const mostNames = 10

function describeAwaited(names: readonly string[]): string {
  const more = names.length > mostNames ? `, and ${names.length - mostNames} more` : ''
  return `Not in force until "tenant import" has brought all of its file: ${names.slice(0, mostNames).join(', ')}${more}.
Mail to them hears 451. Where the import broke off, order it once more with the same file. A file that was changed
counts as another one: after it, "mailkeep directory confirm NAME" puts one in force as it stands.`
}

function describeLosses(losses: readonly Loss[]): string {
  const rows = losses.map(({ domain, inForce, lost, names }) => [
    domain,
    String(inForce),
    String(lost),
    clip(names.join(', '), 60),
  ])
  return `${table(['held back', 'in force', 'missing', 'among them'], rows)}

The missing ones stay in force. Either "mailkeep directory confirm NAME": they are meant to go,
or "mailkeep directory restore NAME": they come back into the directory.`
}

const confirm: SiteCommand = {
  name: 'confirm',
  summary: 'confirms a loss, or a domain of half an import',
  help: `Usage: mailkeep directory confirm DOMAIN|'*'
Confirms that the missing addresses of a domain (or, with *, the missing domains) are meant to go.
They hear 451 for directory.grace, then 550.
A domain that waits for the rest of its import comes into force as it stands.`,
  options: {},
  async run(site, given, out) {
    const name = nameOf(given)
    const isInForce = (await site.snapshots.state())?.domains.includes(name)
    // A note about a domain that is in force is an old one.
    if (isInForce) await releaseDomains(site.directory, [name])
    else if ((await awaitedDomains(site.directory)).has(name)) {
      await confirmDomain(orderOf(site), name)
      const { version } = await site.publish()
      out.answer({ confirmed: name, version }, `${name} is in force from snapshot ${version} on.`)
      return 0
    }
    const shrink = await confirmShrink(orderOf(site), guardOf(site), name, null)
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
directory, as far as the snapshots know them: those in force and those lost within directory.grace.
Whoever is back, also by hand, has his rules, lists, settings and passwords again, and a domain its keys; a domain
that was removed and is not held is added first. Where there are as many as may be, rules come back switched off;
passwords and keys stay aside for directory.grace, and the same order brings them once there is room.`,
  options: {},
  async run(site, given, out) {
    const name = nameOf(given)
    const restored = await restoreLost(orderOf(site), site.snapshots, name, 'known')
    await site.publish()
    const back = `${counted(restored.domains, 'domain')} and ${counted(restored.users, 'person', 'people')}`
    const things = counted(restored.belongings, 'thing')
    const theirs =
      restored.belongings === 0
        ? ''
        : ` With them ${things} of theirs: rules, list entries, settings, passwords or keys.`
    out.answer(restored, [`${back} are back.${theirs}`, ...describeOver(restored)].join('\n'))
    sayLonger(site, out, name === '*' ? (await site.directory.domains()).map((each) => each.name) : [name])
    return 0
  },
}

function describeOver({ overLimit, over }: Restored): string[] {
  if (overLimit === 0) return []
  const shown = over.slice(0, mostNames)
  const more = overLimit > shown.length ? [`... and ${overLimit - shown.length} more`] : []
  return [
    'More than there may be, so these are not in force:',
    ...shown.map(
      ({ what, at, name, became }) =>
        `  ${what} "${name}" of ${at}: ${became === 'off' ? 'back, and switched off' : 'kept aside'}`,
    ),
    ...more,
    'Remove some of the same place; then switch rules on, and order this once more for what is aside.',
  ]
}

function guardOf({ snapshots, loaded: { config } }: Site): LossGuard {
  return { snapshots, shrinkPercent: config['directory.shrinkPercent'], graceMs: config['directory.grace'] }
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
