import { Readable, Writable } from 'node:stream'
import { setTimeout as wait } from 'node:timers/promises'
import { runCommand } from '../../server/src/doors/cli/run-command.ts'
import { commands } from '../../server/src/main.ts'
import { type CommandAnswer, longestMs } from './command-answer.ts'

// The process of CommandProcess: an argv comes in as a message, its exit code and output go out as one.
process.on('message', (argv: readonly string[]) => void run(argv))
process.once('disconnect', () => process.exit())
// Opened when they are looked at first, and then for good: no command is to be held for that.
void [process.stdout, process.stderr]

async function run(argv: readonly string[]): Promise<void> {
  const before = alive()
  const timer = setTimeout(() => send({ holds: process.getActiveResourcesInfo() }), longestMs).unref()
  const [stdout, stderr] = [new Collected(), new Collected()]
  const code = await runCommand(commands, argv, { stdin: Readable.from([]), stdout, stderr })
  await hasEnded(before)
  clearTimeout(timer)
  send({ code, stdout: stdout.text(), stderr: stderr.text() })
}

function send(answer: CommandAnswer): void {
  process.send?.(answer)
}

/** A command of its own process has ended when nothing keeps that process alive any more; so it is here. */
async function hasEnded(before: number): Promise<void> {
  while (alive() > before) await wait(5, undefined, { ref: false })
}

/** What keeps this process alive: open sockets and files, threads, timers. */
const alive = () => process.getActiveResourcesInfo().length

class Collected extends Writable {
  readonly #pieces: Buffer[] = []

  override _write(piece: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.#pieces.push(piece)
    done()
  }

  text(): string {
    return Buffer.concat(this.#pieces).toString('utf8')
  }
}
