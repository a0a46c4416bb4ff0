import {
  type Comparison,
  compareConfiguration,
  countFates,
  countNew,
  linesOf,
} from '#services/configuration/compare-configuration.ts'
import type { Compared } from '#services/configuration/compared.ts'
import { exportConfiguration } from '#services/configuration/export-configuration.ts'
import { readConfiguration } from '#services/configuration/read-configuration.ts'
import {
  type MeantLevel,
  meantLevels,
  takeConfiguration,
} from '#services/configuration/take-configuration.ts'
import { unfinishedDomains } from '#services/directory/awaited-domains.ts'
import { describeLeaving, guardLevels, leavingBy, sumOf } from '#services/retention/guard-retention.ts'
import { isKeptSetting } from '#services/retention/kept-settings.ts'
import { longerThanSite } from '#services/retention/longer-than-site.ts'
import { UseError } from './arguments.ts'
import { clip } from './clip.ts'
import { counted } from './counted.ts'
import { policyOrderOf } from './order-of.ts'
import { guardOf, leavingOf } from './retention-guard.ts'
import { readJson } from './rule-files.ts'
import { sayHeld } from './say-held.ts'
import type { Site } from './site.ts'
import type { SiteCommand } from './site-command.ts'
import { table } from './table.ts'

/** So many lines are told to people; `--json` has all. */
const mostTold = 100
/** Likewise of the tenants and domains that something was added at. */
const mostPlaces = 20

/** `tenant export`. */
export const exportCommand: SiteCommand = {
  name: 'export',
  summary: 'writes all that is set up as JSON',
  help: `Usage: mailkeep tenant export [ID] [--people]
Writes a tenant with all below it, or the whole site, to standard output, in the form that "tenant import" takes:
tenants, domains with their next hops, groups, settings with their locks, allow and block lists, rules.
  --people  people and aliases too, who is in which group, and what is set for single people
Not in it: managers, keys, passwords, relays, DKIM keys, webhooks, alarms, sources of user sync, brands, mail.`,
  options: { people: { type: 'boolean' } },
  async run(site, given, out) {
    const [tenant = null, ...more] = given.words
    if (more.length > 0) throw new UseError('name one tenant, or none')
    const document = await exportConfiguration(partsOf(site), { tenant, people: given.flag('people') })
    out.answer(document, JSON.stringify(document, null, 2))
    return 0
  },
}

/** `tenant import`. */
export const importCommand: SiteCommand = {
  name: 'import',
  summary: 'brings the site to what a file says',
  help: `Usage: mailkeep tenant import FILE [--below ID] [--change] [--leaving N] [--dry-run]
Adds what a file of "tenant export" has and this site has not. Nothing is taken away. What is here otherwise
stays, and is listed. Where an entry cannot be taken none is. Twice the same is once. The file says something only of
tenants and domains that it lists. New domains get mail when all of it is there; until then mail to them hears 451.
Where an import breaks off the same file has to go through, or "directory confirm" says that it need not.
  --below    the tenant below which all of the file has to be; those go right below it that the file names no
             parent for; default: the operator
  --change   what is here otherwise becomes as the file says
  --leaving  so many messages may leave at once, for good, by settings of the file that keep mail shorter
             (quarantine.days, returned.days, held.days); without it the file is refused where one would
  --dry-run  only says what would become of each entry, and how many messages would leave
Exit code 0: what the file says can be had, or is so. 1: something is here otherwise, cannot be taken, or waits for
another file.`,
  options: {
    ...{ below: { type: 'string' }, change: { type: 'boolean' } },
    ...{ leaving: { type: 'string' }, 'dry-run': { type: 'boolean' } },
  },
  async run(site, given, out) {
    const [path, ...more] = given.words
    if (path === undefined || more.length > 0) throw new UseError('name one file')
    const { checkNextHop, checkRule } = site
    const change = given.flag('change')
    const onProgress = (done: string) => out.progress(`${done} are done`)
    const taking = { below: given.text('below') ?? null, change, checkNextHop, checkRule, onProgress }
    const document = readConfiguration(readJson(path))
    const comparison = await compareConfiguration(partsOf(site), document, taking)
    const lines = linesOf(comparison)
    const counts = countFates(lines)
    const isTaken = !given.flag('dry-run') && counts.refused === 0
    const accepted = leavingOf(given)
    const levels = meantLevels(comparison, taking).filter(isKeptLevel)
    // Levels are looked up in the directory in force.
    if (levels.length > 0) await site.publish()
    const leaving = isTaken ? [] : await leavingBy(site, levels, comparison.planned)
    const longer = isTaken ? [] : longerThanSite(site.loaded.config, levels)
    const mayLeave = (meant: readonly MeantLevel[]) =>
      guardLevels(guardOf(site), meant, accepted, comparison.planned)
    if (isTaken) await takeConfiguration(policyOrderOf(site), comparison, { ...taking, mayLeave })
    out.progress('')
    const added = countNew(comparison)
    const left = lines
      .filter(({ fate }) => fate !== 'same')
      .map(({ what, name, fate, here, there }) => ({ what, name, fate, here, there }))
    const awaited = isTaken ? await stillAwaited(site, comparison) : []
    const words = describe(left, counts, added, { isTaken, change })
    const answer = { isTaken, counts, added, lines: left, awaited, leaving: sumOf(leaving), longer }
    const warned = longer.map((each) => `It cannot be taken: ${each}.`)
    if (sumOf(leaving) > 0) warned.push(`By it ${describeLeaving(leaving)} at once, for good (--leaving).`)
    out.answer(answer, [words, ...warned, ...describeAwaited(awaited)].join('\n'))
    if (isTaken) sayHeld(out, (await site.publish()).held)
    const isOtherwise = counts.different > 0 && !(isTaken && change)
    return counts.refused + longer.length + awaited.length > 0 || isOtherwise ? 1 : 0
  },
}

/** Whether any of it says how long mail is kept. */
const isKeptLevel = ({ changes }: MeantLevel) => changes.some(({ name }) => isKeptSetting(name))

/** Domains of the file that stay out of force although all of it is there. */
async function stillAwaited(site: Site, { domains }: Comparison): Promise<string[]> {
  const listed = new Set(domains.map(({ entry }) => entry.name))
  const unfinished = await unfinishedDomains(site.directory, site.snapshots)
  return unfinished.map(({ name }) => name).filter((name) => listed.has(name))
}

function describeAwaited(names: readonly string[]): string[] {
  if (names.length === 0) return []
  const more = names.length > mostPlaces ? `, and ${names.length - mostPlaces} more` : ''
  return [
    `Not in force yet, since another file was to bring them and broke off: ${names.slice(0, mostPlaces).join(', ')}${more}.`,
    'Mail to them hears 451. Import that file once more, as it was; or, where this one is that file corrected, or all is there that you want,',
    'put each in force as it stands by "mailkeep directory confirm NAME".',
  ]
}

function partsOf({ directory, directoryViews: views, policy }: Site) {
  return { directory, views, policy }
}

type Line = Omit<Compared<unknown>, 'entry'>

function describe(
  lines: readonly Line[],
  counts: ReturnType<typeof countFates>,
  added: ReturnType<typeof countNew>,
  { isTaken, change }: { readonly isTaken: boolean; readonly change: boolean },
): string {
  // What was simply added is counted, tenant by tenant and domain by domain; what somebody has to look at stands first.
  const told = isTaken ? lines.filter(({ fate }) => fate !== 'new') : lines
  const order = ['refused', 'different', 'new']
  const rows = told
    .toSorted((one, other) => order.indexOf(one.fate) - order.indexOf(other.fate))
    .slice(0, mostTold)
    .map(({ what, name, fate, here, there }) => [
      fate === 'different' && isTaken && change ? 'changed' : fate,
      what,
      clip(name, 44),
      what === 'rule' && fate !== 'refused'
        ? ''
        : clip(fate === 'different' ? `${here} -> ${there}` : there, 50),
    ])
  const more = told.length - rows.length
  return [
    ...(rows.length > 0 ? [table(['', 'what', 'which', ''], rows)] : []),
    ...(more > 0 ? [`... and ${more} more; --json lists all`] : []),
    ...describeAdded(isTaken ? added : []),
    summary(counts, isTaken, change),
  ].join('\n')
}

function describeAdded(added: ReturnType<typeof countNew>): string[] {
  if (added.length === 0) return []
  const rows = added
    .slice(0, mostPlaces)
    .map(({ level, entries }) => [clip(level, 44), counted(entries, 'entry', 'entries')])
  const more = added.length - rows.length
  return [table(['added at', ''], rows), ...(more > 0 ? [`... and at ${more} more; --json lists all`] : [])]
}

function summary(counts: ReturnType<typeof countFates>, isTaken: boolean, change: boolean): string {
  const same = `${counts.same} the same already`
  if (isTaken) {
    const otherwise =
      counts.different === 0
        ? ''
        : `, ${counts.different} ${change ? 'changed' : 'left as they are here (--change takes those of the file)'}`
    return `${counted(counts.new, 'entry', 'entries')} added${otherwise}, ${same}.`
  }
  const refused = counts.refused === 0 ? '' : `${counts.refused} cannot be taken, `
  return `Nothing was changed: ${refused}${counts.new} new, ${counts.different} here otherwise, ${same}.`
}
