import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Command } from './command.ts'

export interface ProgramCommand {
  readonly name: string
  readonly summary: string
  /** Lines of help: usage first, then what the options mean. */
  readonly help: string
  /** The program of this repository that does it. */
  readonly file: URL
}

/** A command that is a program of its own, since it uses the product from outside as a stranger would. */
export function programCommand({ name, summary, help, file }: ProgramCommand): Command {
  return {
    name,
    summary,
    async run(argv, io) {
      if (argv.includes('--help')) {
        io.stdout.write(`${help}\n`)
        return 0
      }
      const path = fileURLToPath(file)
      if (!existsSync(path)) {
        io.stderr.write(
          `mailkeep ${name}: ${path} is not part of this installation; take a clone of the sources\n`,
        )
        return 2
      }
      const child = spawn(process.execPath, [...process.execArgv, path, ...argv], {
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      child.stdout.pipe(io.stdout, { end: false })
      child.stderr.pipe(io.stderr, { end: false })
      const stop = (signal: NodeJS.Signals) => child.kill(signal)
      process.on('SIGTERM', stop).on('SIGINT', stop)
      const [code] = (await once(child, 'close')) as [number | null]
      process.off('SIGTERM', stop).off('SIGINT', stop)
      return code ?? 1
    },
  }
}
