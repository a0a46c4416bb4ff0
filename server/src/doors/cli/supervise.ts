import { flushCompileCache } from 'node:module'
import { readProcessState } from '#doors/supervisor/process-state.ts'
import { lookEveryMs, type ServerEars, type ServerProcess, Supervisor } from '#doors/supervisor/supervisor.ts'
import type { Command } from './command.ts'

const help = `Usage: mailkeep supervise [options of mailkeep start]
Starts the server as "mailkeep start" does, and keeps it running: it is started again when it dies, or when its event
loop is not heard of for supervise.silentAfter, and then tells why: in the alarms, in the log and in "mailkeep nodes".
The first wait before a start is 1 s, the longest 30 s. SIGTERM and SIGINT stop both, SIGHUP is passed on.
Exit code 0: stopped by a signal. 2: the server could not start as asked, and is not tried again.`

/** `./mailkeep supervise`: a small process that opens no database and no port. @param launch starts the server with these options */
export function superviseCommand(
  launch: (argv: readonly string[], ears: ServerEars) => ServerProcess,
): Command {
  return {
    name: 'supervise',
    summary: 'starts the server, and starts it again when it dies or hangs',
    async run(argv, io) {
      if (argv.includes('--help') || argv.includes('-h')) {
        io.stdout.write(`${help}\n`)
        return 0
      }
      const { promise, resolve: over } = Promise.withResolvers<number>()
      const supervisor = new Supervisor({
        launch: (ears) => launch(argv, ears),
        stateOf: readProcessState,
        now: () => Date.now(),
        steady: () => performance.now(),
        say: (line) => io.stderr.write(`supervise: ${line}\n`),
        over,
      })
      for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => supervisor.stop(signal))
      // In a terminal SIGHUP says that its window was closed.
      process.on('SIGHUP', () => (process.stdout.isTTY ? supervisor.stop('SIGTERM') : supervisor.reload()))
      supervisor.start()
      // All is loaded by now. Who is killed writes nothing, and the next start would hold what strips types in memory.
      flushCompileCache()
      const looking = setInterval(() => supervisor.look(), lookEveryMs)
      const code = await promise
      clearInterval(looking)
      return code
    },
  }
}
