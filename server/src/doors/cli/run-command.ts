import type { Command, CommandStreams } from './command.ts'

/** What loads each command, by its name. */
export type CommandTable = Readonly<Record<string, () => Promise<Command>>>

/** Runs `./mailkeep COMMAND`. Answers the exit code. */
export async function runCommand(
  commands: CommandTable,
  argv: readonly string[],
  io: CommandStreams,
): Promise<number> {
  const [name = '--help', ...rest] = argv
  if (Object.hasOwn(commands, name)) return runOne(commands, name, rest, io)
  const [about = '', ...verb] = rest
  if (name === 'help' && Object.hasOwn(commands, about))
    return runOne(commands, about, [...verb, '--help'], io)
  const all = await loadAll(commands)
  const list = all.map((each) => `  ${each.name.padEnd(14)} ${each.summary}`).join('\n')
  const text = `Usage: mailkeep COMMAND [options]

${list}

Each command knows --help ("mailkeep help queue list" shows the same); those that work on a site also
--json, --config FILE and --data FOLDER.
Exit code 0: fine. 1: it found something. 2: wrong use. 70: a fault of its own.
`
  if (name === '--help' || name === '-h' || (name === 'help' && about === '')) {
    io.stdout.write(text)
    return 0
  }
  io.stderr.write(`mailkeep: there is no command ${name === 'help' ? about : name}\n\n${text}`)
  return 2
}

/** Every command, in the order of the table. */
export function loadAll(commands: CommandTable): Promise<Command[]> {
  return Promise.all(Object.values(commands).map((each) => each()))
}

/** Not 1: a fault of ours must not be read as "it found something". */
export const ownFault = 70

async function runOne(
  commands: CommandTable,
  name: string,
  argv: string[],
  io: CommandStreams,
): Promise<number> {
  try {
    const command = await commands[name]?.()
    return (await command?.run(argv, io)) ?? ownFault
  } catch (cause) {
    io.stderr.write(`mailkeep ${name}${describeFault(cause as Error & { code?: unknown })}\n`)
    return ownFault
  }
}

/** What the database says where a person can do something about it; else the fault with its stack. */
function describeFault({ stack, message, code }: Error & { code?: unknown }): string {
  if (code === 'ERR_SQLITE_ERROR' && /locked|busy/.test(message))
    return ': the database is busy with another writer; try again in a moment'
  if (code === 'ERR_SQLITE_ERROR' && /disk is full/.test(message))
    return ': the disk is full; make room first (docs/operate/disk-full.md)'
  return ` failed by a fault of its own:\n${stack ?? message}`
}
