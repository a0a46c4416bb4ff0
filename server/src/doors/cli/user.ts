import { createReadStream, existsSync } from 'node:fs'
import { addUsers } from '#services/directory/add-users.ts'
import type { User } from '#services/directory/directory-store.ts'
import { type ImportReport, importUsers } from '#services/directory/import-users.ts'
import { listUsers } from '#services/directory/list-users.ts'
import { UserFileError } from '#services/directory/read-user-file.ts'
import { removeUsers } from '#services/directory/remove-users.ts'
import { UseError } from './arguments.ts'
import { clip } from './clip.ts'
import { describeEnded, inWords } from './describe-ended.ts'
import type { GroupCommand } from './group-command.ts'
import { orderOf } from './order-of.ts'
import { sayHeld } from './say-held.ts'
import { sayLonger } from './say-longer.ts'
import type { SiteCommand } from './site-command.ts'
import { table } from './table.ts'

const add: SiteCommand = {
  name: 'add',
  summary: 'adds people',
  help: `Usage: mailkeep user add ADDRESS... [--alias-of ADDRESS] [--name NAME]
Adds people, or changes those that are there. All of them are added, or none.
  --alias-of  the user that the address belongs to
  --name      display name`,
  options: { 'alias-of': { type: 'string' }, name: { type: 'string' } },
  async run(site, given, out) {
    if (given.words.length === 0) throw new UseError('name at least one address')
    const [aliasOf, displayName] = [given.text('alias-of'), given.text('name')]
    const { users, added } = await addUsers(
      orderOf(site),
      given.words.map((address) => ({
        address,
        ...(aliasOf !== undefined && { aliasOf }),
        ...(displayName !== undefined && { displayName }),
      })),
    )
    const { held } = await site.publish()
    const names = users.map((each) => each.address).join(', ')
    out.answer({ users, added }, `${names}: ${added} added, ${users.length - added} changed.`)
    sayHeld(out, held)
    return 0
  },
}

const list: SiteCommand = {
  name: 'list',
  summary: 'lists people',
  help: `Usage: mailkeep user list [DOMAIN] [--csv]
Lists people and aliases, of one domain or of all.
  --csv  in the form that "user import" reads`,
  options: { csv: { type: 'boolean' } },
  async run(site, given, out) {
    const [domain] = given.words
    const format = given.flag('csv') ? csvFormat : out.isJson ? jsonFormat : textFormat
    let count = 0
    await out.write(format.head)
    for await (const user of listUsers(site.directory, domain?.toLowerCase()))
      await out.write(format.line(user, count++))
    await out.write(format.tail(count))
    return 0
  },
}

interface Format {
  readonly head: string
  readonly line: (user: User, index: number) => string
  readonly tail: (count: number) => string
}

const textFormat: Format = {
  head: '',
  line: ({ address, kind, owner, displayName }) =>
    `${[clip(address, 50).padEnd(50), clip(displayName, 46), kind === 'alias' ? `alias of ${owner}` : ''].join(' ').trimEnd()}\n`,
  tail: (count) => (count === 0 ? 'There are no users yet; "mailkeep user add ADDRESS" adds one.\n' : ''),
}

const csvFormat: Format = {
  head: 'address,kind,alias-of,display name\n',
  line: ({ address, kind, owner, displayName }) =>
    `${[address, kind, kind === 'alias' ? owner : '', displayName].map(csvField).join(',')}\n`,
  tail: () => '',
}

const jsonFormat: Format = {
  head: '{"users":[',
  line: (user, index) => `${index === 0 ? '' : ','}\n${JSON.stringify(user)}`,
  tail: () => '\n]}\n',
}

function csvField(text: string): string {
  return /[",;\t\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

const remove: SiteCommand = {
  name: 'remove',
  summary: 'removes people',
  help: `Usage: mailkeep user remove ADDRESS...
Removes people or aliases, with their own rules, lists and passwords of mail programs.
A loss of more than directory.shrinkPercent of a domain waits to be confirmed.`,
  options: {},
  async run(site, given, out) {
    if (given.words.length === 0) throw new UseError('name at least one address')
    const { users, ended } = await removeUsers(orderOf(site), given.words)
    const { held } = await site.publish()
    const gone = describeEnded(ended)
    out.answer(
      { removed: users, ended },
      `${users} removed${gone.length > 0 ? `, with ${inWords(gone)}` : ''}.`,
    )
    sayHeld(out, held)
    sayLonger(
      site,
      out,
      given.words.map((each) =>
        each
          .slice(each.lastIndexOf('@') + 1)
          .trim()
          .toLowerCase(),
      ),
    )
    return 0
  },
}

const fromFile: SiteCommand = {
  name: 'import',
  summary: 'adds people from a CSV file',
  help: `Usage: mailkeep user import FILE.csv [--strict] [--dry-run]
Adds and changes people from a file whose first line names its columns: address, and if you like
kind (user or alias), alias-of, display name, group. Nobody is removed.
  --strict   one wrong line refuses the whole file
  --dry-run  only says what is wrong
Exit code 0: every line was right. 1: lines were wrong; each is listed.`,
  options: { strict: { type: 'boolean' }, 'dry-run': { type: 'boolean' } },
  async run(site, given, out) {
    const [path, ...more] = given.words
    if (path === undefined || more.length > 0) throw new UseError('name one file')
    if (!existsSync(path)) throw new UseError(`there is no file ${path}`)
    try {
      const report = await importUsers(orderOf(site), {
        open: () => createReadStream(path),
        strict: given.flag('strict'),
        dryRun: given.flag('dry-run'),
        onProgress: (done, all) => out.progress(all === 0 ? `checking: ${done} lines` : `${done} of ${all}`),
      })
      out.progress('')
      if (report.done) sayHeld(out, (await site.publish()).held)
      out.answer(report, describe(report, given.flag('dry-run')))
      return report.wrong === 0 ? 0 : 1
    } catch (cause) {
      if (cause instanceof UserFileError) throw new UseError(`${path}: ${cause.message}`)
      throw cause
    }
  },
}

function describe(report: ImportReport, dryRun: boolean): string {
  const problems = report.problems.map(({ line, text }) => [String(line), clip(text, 88)])
  const more = report.wrong - report.problems.length
  const sheet = problems.length > 0 ? [table(['line', 'what is wrong'], problems)] : []
  const fate = report.done
    ? `${report.lines} lines: ${report.added} added, ${report.changed} changed, ${report.wrong} wrong and left out.`
    : `${report.lines} lines, ${report.wrong} of them wrong; nothing was changed${dryRun ? ' (--dry-run)' : ' (--strict)'}.`
  return [...sheet, ...(more > 0 ? [`... and ${more} more`] : []), fate].join('\n')
}

/** `./mailkeep user`. */
export const command: GroupCommand = {
  name: 'user',
  summary: 'adds, lists, removes and imports people',
  verbs: [add, list, remove, fromFile],
}
