import type { OwnSupervisor } from '#doors/supervisor/own-supervisor.ts'
import { ConfigError, type LoadedConfig } from '#ground/platform/config/load-config.ts'
import { readArguments, UseError } from './arguments.ts'
import type { Command, CommandStreams } from './command.ts'

/** What the start of a server tells. */
export interface RunningServer {
  /** Lines for people: where to look, and what was found at the start. */
  readonly banner: readonly string[]
  /** Resolves when the server can go on no more by itself. */
  readonly failed: Promise<Error>
  /** Reads the settings anew and takes the live ones into use. @throws ConfigError, and nothing has changed */
  reload(): void
  stop(): Promise<void>
}

export interface StartParts {
  readonly findPlace: (options: { config?: string; data?: string }) => {
    loaded: LoadedConfig
    folder: string
  }
  readonly serve: (options: {
    loaded: LoadedConfig
    folder: string
    roles: readonly string[]
    supervisor: OwnSupervisor | null
  }) => Promise<RunningServer>
  readonly joinSupervisor: (silentAfterMs: number) => OwnSupervisor | null
}

const help = `Usage: mailkeep start [--config FILE] [--data FOLDER] [--roles gateway,inspection,delivery,console,jobs]
Starts the server. Without settings it listens on loopback and makes a demo domain example.test.
SIGTERM and SIGINT stop it when what is in flight is finished; SIGHUP reads the live settings anew
(in a terminal it stops the server, as closing the window does).
  --roles  only these; default: all. Processes with other roles may run on the same data folder. status is a process
           of its own, which serves the public status page and stays when the others go
Exit code 0: stopped by a signal. 2: it could not start as asked. 70: it had to end.`

/** `./mailkeep start`: runs until a signal comes, then lets what is in flight finish. */
export function startCommand(parts: StartParts): Command {
  return {
    name: 'start',
    summary: 'starts the server',
    async run(argv, io) {
      let supervisor: OwnSupervisor | null = null
      try {
        const given = readArguments(argv, { roles: { type: 'string' } })
        if (given.flag('help')) {
          io.stdout.write(`${help}\n`)
          return 0
        }
        const [config, data] = [given.text('config'), given.text('data')]
        const place = parts.findPlace({
          ...(config !== undefined && { config }),
          ...(data !== undefined && { data }),
        })
        supervisor = parts.joinSupervisor(place.loaded.config['supervise.silentAfter'])
        const roles = given.text('roles')?.split(',') ?? []
        const server = await parts.serve({ ...place, roles, supervisor })
        io.stdout.write(`${server.banner.join('\n')}\n`)
        supervisor?.running()
        return await wait(server, supervisor, io)
      } catch (cause) {
        if (cause instanceof UseError) io.stderr.write(`mailkeep start: ${cause.message}\n${help}\n`)
        else if (cause instanceof ConfigError)
          io.stderr.write(`The settings are wrong, so the server does not start:\n${cause.message}\n`)
        else if ((cause as NodeJS.ErrnoException).code === 'schema-too-new')
          io.stderr.write(`The server does not start: ${(cause as Error).message}\n`)
        else if ((cause as NodeJS.ErrnoException).syscall === 'listen')
          io.stderr.write(`${whyNotListening(cause as NodeJS.ErrnoException)}\n`)
        else {
          supervisor?.hasToEnd(cause)
          throw cause
        }
        return 2
      }
    },
  }
}

async function wait(
  server: RunningServer,
  supervisor: OwnSupervisor | null,
  io: CommandStreams,
): Promise<number> {
  const signal = new Promise<string>((resolve) => {
    // A second one ends it at once. Not so under a supervisor, which knows who asked twice: whoever asks all processes of a
    // service to stop asks us, and then the supervisor passes it on.
    const hear = supervisor ? 'on' : 'once'
    for (const name of ['SIGTERM', 'SIGINT'] as const) process[hear](name, () => resolve(name))
    // In a terminal SIGHUP says that its window was closed: nobody is left who could stop the server.
    process.on('SIGHUP', () => (process.stdout.isTTY ? resolve('SIGHUP') : reload(server, io)))
  })
  const alone = supervisor?.gone.then(() => 'the supervisor is gone')
  const ended = await Promise.race([signal, server.failed, ...(alone ? [alone] : [])])
  if (typeof ended === 'string') {
    io.stdout.write('Stopping: what is in flight is finished first.\n')
    await server.stop()
    // All is written down by now. A next hop that says nothing would keep the process for minutes more.
    process.exit(0)
  }
  supervisor?.hasToEnd(ended)
  io.stderr.write(`The server cannot go on: ${ended.message}\n`)
  // Nothing can be promised any more: an orderly stop might promise it.
  process.exit(70)
}

/** Wrong settings change nothing: what runs goes on as it was. */
function reload(server: RunningServer, io: CommandStreams): void {
  try {
    server.reload()
  } catch (cause) {
    if (!(cause instanceof ConfigError)) throw cause
    io.stderr.write(`The settings are wrong, so the server goes on with those it has:\n${cause.message}\n`)
  }
}

function whyNotListening({ code, message, address, port }: NodeJS.ErrnoException & Partial<Place>): string {
  const place = `${address}:${port}`
  const why =
    code === 'EADDRINUSE'
      ? 'another program listens there; is Mailkeep running already?'
      : code === 'EACCES'
        ? 'ports below 1024 need a right that this user does not have (docs/operate/in-front-of-a-domain.md)'
        : code === 'EADDRNOTAVAIL'
          ? 'this machine has no such address'
          : message
  return `The server cannot listen for mail at ${place} (gateway.listen): ${why}`
}

interface Place {
  readonly address: string
  readonly port: number
}
