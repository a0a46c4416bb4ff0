import { type EraseOrder, erasePerson } from '#services/person/erase-person.ts'
import { exportPerson } from '#services/person/export-person.ts'
import { type NamingSource, type TraceParts, tracesOfPerson } from '#services/sync/traces-of-person.ts'
import { UseError } from './arguments.ts'
import type { GroupCommand } from './group-command.ts'
import { sayHeld } from './say-held.ts'
import type { Site } from './site.ts'
import type { SiteCommand } from './site-command.ts'

/** Records that are looked through at a time. */
const page = 500

const exporting: SiteCommand = {
  name: 'export',
  summary: 'prints what is kept about a person',
  help: `Usage: mailkeep person export ADDRESS
Prints all that is kept about a person and his aliases, a JSON object a line: directory, mail received, sent and
refused (without content), reports, correspondents, lists, rules, changes, review, held mail; and what user sync keeps:
which source named him, what a directory has pushed of him (SCIM), his line of a file that was sent in, lines of runs.
Secrets are left out.`,
  options: {},
  async run(site, { words: [address] }, out) {
    if (address === undefined) throw new UseError('whose? name an address')
    let lines = ''
    for await (const { kind, data } of exportPerson(site, address)) {
      lines += `${JSON.stringify({ kind, ...data })}\n`
      if (lines.length > 65_536) {
        await out.write(lines)
        lines = ''
      }
    }
    await out.write(lines)
    return 0
  },
}

const erasing: SiteCommand = {
  name: 'erase',
  summary: 'takes a person out of what is kept',
  help: `Usage: mailkeep person erase ADDRESS --yes
Takes a person and his aliases out of the directory, lists, rules, review, what a directory has pushed (SCIM) and the
lines of runs of user sync; in the ledger a pseudonym stands in their place, so that the books still balance. It cannot
be undone. Mail that is under way, held or in quarantine keeps its recipient until it is settled: order it once more
then. A source of user sync that still has him brings him back: it is named, with what to do.
  --yes  do it
A source that only gives an address of his to somebody else is named as well: that person stays as he is.
Exit code 0: he is out. 1: mail still names him, or a source still has him.`,
  options: { yes: { type: 'boolean' } },
  async run(site, given, out) {
    const [address] = given.words
    if (address === undefined) throw new UseError('who? name an address')
    if (!given.flag('yes')) throw new UseError('this cannot be undone; say --yes')
    const erased = await erasePerson(eraseOrderOf(site), address)
    const { held } = await site.publish()
    const left =
      erased.open === 0
        ? ''
        : ` ${erased.open} deliveries are under way, held or in quarantine and still name him: settle them, and order it once more.`
    const sources = erased.sources.map((each) => `\n${describeSource(each)}`).join('')
    out.answer(erased, `${erased.records} records are without him.${left}${sources}`)
    sayHeld(out, held)
    return erased.open === 0 && !erased.sources.some(({ isHimself }) => isHimself) ? 0 : 1
  },
}

/** An order to take somebody out, also of what user sync keeps. */
export function eraseOrderOf({
  person,
  readPerson,
  directory,
  sync,
  scim,
  who,
}: Site): EraseOrder<NamingSource> {
  const parts: TraceParts = {
    ...{ sync, scim, now: () => Date.now() },
    eraseLines: (lines) => person.eraseLines(lines),
    async list(addresses, after) {
      const { records, next } = await readPerson.list(addresses, 'source', after, page, null)
      return { rows: records.map(({ data }) => data), next }
    },
  }
  return { person, directory, tracesOf: (addresses) => tracesOfPerson(parts, addresses), at: Date.now(), who }
}

function describeSource({ id, name, tenant, kind, isHimself }: NamingSource): string {
  const source = `The source ${name} (${id}, ${kind}) of ${tenant}`
  if (!isHimself)
    return `${source} gives an address of his to somebody else, who stays as he is: if that is wrong, take the address out there.`
  const todo =
    kind === 'scim'
      ? 'what it had pushed is removed here, and comes back where the directory pushes him again: take him out there'
      : kind === 'csv'
        ? 'its next run brings him back: take him out of the file, and send that in anew'
        : 'its next run brings him back: take him out there'
  return `${source} named him; ${todo}.`
}

export const command: GroupCommand = {
  name: 'person',
  summary: 'hands out or takes out what is kept about a person',
  verbs: [exporting, erasing],
}
