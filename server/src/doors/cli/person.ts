import { erasePerson } from '#services/person/erase-person.ts'
import { exportPerson } from '#services/person/export-person.ts'
import { UseError } from './arguments.ts'
import type { GroupCommand } from './group-command.ts'
import { sayHeld } from './say-held.ts'
import type { SiteCommand } from './site-command.ts'

const exporting: SiteCommand = {
  name: 'export',
  summary: 'prints what is kept about a person',
  help: `Usage: mailkeep person export ADDRESS
Prints all that is kept about a person and his aliases, a JSON object a line: directory, mail received, sent and
refused (without content), reports, correspondents, lists, rules, changes, review, held mail.
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
Takes a person and his aliases out of the directory, lists, rules and review; in the ledger a pseudonym stands in their
place, so that the books still balance. It cannot be undone. Mail that is under way, held or in quarantine keeps its
recipient until it is settled: order it once more then. A source of user sync that still has him brings him back.
  --yes  do it`,
  options: { yes: { type: 'boolean' } },
  async run(site, given, out) {
    const [address] = given.words
    if (address === undefined) throw new UseError('who? name an address')
    if (!given.flag('yes')) throw new UseError('this cannot be undone; say --yes')
    const { person, directory, who } = site
    const erased = await erasePerson({ person, directory, at: Date.now(), who }, address)
    const { held } = await site.publish()
    const left =
      erased.open === 0
        ? ''
        : ` ${erased.open} deliveries are under way, held or in quarantine and still name him: settle them, and order it once more.`
    out.answer(erased, `${erased.records} records are without him.${left}`)
    sayHeld(out, held)
    return erased.open === 0 ? 0 : 1
  },
}

export const command: GroupCommand = {
  name: 'person',
  summary: 'hands out or takes out what is kept about a person',
  verbs: [exporting, erasing],
}
