import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { type CommandAnswer, longestMs } from './command-answer.ts'
import { endWithUs } from './end-with-us.ts'
import type { CommandResult } from './site.ts'
import { WaitedInVain } from './wait-until.ts'

const program = join(import.meta.dirname, 'command-loop.ts')
/** That of `./mailkeep`. */
const compileCache = join(import.meta.dirname, '../../node_modules/.cache/compile')

/** Its process says by itself what holds a command; only one that computes for ever does not. */
const saysWithinMs = 30_000

/**
 * A process that runs commands of `./mailkeep` one after another. The start of Node and of the program costs a command
 * ten times the processor time of its work; where a test needs its effect and not its start, one start does for all.
 */
export class CommandProcess {
  #child: ChildProcess | null = null
  #isBusy = false
  readonly #environment: () => NodeJS.ProcessEnv

  /** @param environment of the process, read when it starts */
  constructor(environment: () => NodeJS.ProcessEnv) {
    this.#environment = environment
  }

  /** Another command runs now: a second one has to have a process of its own, since it may be what the first waits for. */
  get isBusy(): boolean {
    return this.#isBusy
  }

  /**
   * Runs one command to its end; a process that ends meanwhile is answered with code -1, as one that was killed.
   * @throws WaitedInVain naming the command and what keeps it, where it comes to no end
   */
  async run(argv: readonly string[]): Promise<CommandResult> {
    this.#isBusy = true
    const child = this.#ready()
    child.ref()
    child.channel?.ref()
    try {
      return await answerOf(child, argv)
    } catch (cause) {
      this.#child = null
      throw cause
    } finally {
      this.#isBusy = false
      // It keeps no test file alive that has come to its end.
      child.unref()
      child.channel?.unref()
    }
  }

  #ready(): ChildProcess {
    if (this.#child?.connected) return this.#child
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', program], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      env: { NODE_COMPILE_CACHE: compileCache, ...this.#environment() },
    })
    endWithUs(child)
    this.#child = child
    return child
  }
}

function answerOf(child: ChildProcess, argv: readonly string[]): Promise<CommandResult> {
  const { promise, resolve, reject } = Promise.withResolvers<CommandResult>()
  const ended = (code: number | null, signal: NodeJS.Signals | null) =>
    resolve({ code: -1, stdout: '', stderr: `the process of commands ended with ${signal ?? code}` })
  const hangs = (why: string) => {
    reject(new WaitedInVain(`mailkeep ${argv.join(' ')} ends (${why})`, longestMs))
    child.kill('SIGKILL')
  }
  const silent = setTimeout(() => hangs('its process says nothing'), longestMs + saysWithinMs)
  const heard = (answer: CommandAnswer) =>
    'holds' in answer ? hangs(`held by ${answer.holds.join(', ')}`) : resolve(answer)
  child.once('exit', ended)
  child.once('message', heard)
  child.send(argv)
  return promise.finally(() => {
    clearTimeout(silent)
    child.off('exit', ended).off('message', heard)
  })
}
