import type { Command } from './command.ts'
import type { OpenSite } from './site.ts'
import { createSiteCommand, type SiteCommand } from './site-command.ts'

/** A command with verbs: `mailkeep domain add`. */
export interface GroupCommand {
  readonly name: string
  readonly summary: string
  /** Each with the name of its verb alone. */
  readonly verbs: readonly SiteCommand[]
}

/** Makes a Command out of it: the first word chooses the verb, the rest is the verb's. */
export function createGroupCommand({ name, summary, verbs }: GroupCommand, openSite: OpenSite): Command {
  const list = verbs.map((each) => each.name).join('|')
  const help = [`Usage: mailkeep ${name} ${list}`, ...verbs.map((each) => `\n${each.help}`)].join('\n')
  return {
    name,
    summary,
    verbs: verbs.map((each) => each.name),
    async run(argv, io) {
      const [word = '', ...rest] = argv
      const verb = verbs.find((each) => each.name === word)
      if (verb) return createSiteCommand({ ...verb, name: `${name} ${verb.name}` }, openSite).run(rest, io)
      if (word === '--help' || word === '-h') {
        io.stdout.write(`${help}\n`)
        return 0
      }
      io.stderr.write(
        `mailkeep ${name}: ${word === '' ? 'what shall be done?' : `there is no ${name} ${word}.`} There are ${verbs.map((each) => each.name).join(', ')}.\nTry mailkeep ${name} --help\n`,
      )
      return 2
    },
  }
}
