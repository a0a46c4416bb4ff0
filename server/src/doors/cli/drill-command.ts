import type { Command } from './command.ts'

const live = 'live'

/** `./mailkeep drill`: a program with sites of its own, and `drill live` on the site that runs. */
export function drillCommand(program: Command, liveDrill: Command): Command {
  return {
    ...program,
    verbs: [live],
    async run(argv, io) {
      const [word, ...rest] = argv
      if (word === live) return liveDrill.run(rest, io)
      const code = await program.run(argv, io)
      if (!argv.includes('--help')) return code
      io.stdout.write('\n')
      return liveDrill.run(['--help'], io)
    },
  }
}
