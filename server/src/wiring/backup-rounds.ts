import { type ChildProcess, fork } from 'node:child_process'
import type { JobParts } from '#doors/jobs/clockwork.ts'
import type { BackupOrder, BackupTold } from './backup-process.ts'
import type { Base } from './base.ts'
import { keepRuleOf } from './keep-rule.ts'
import { watchBackups } from './watch-backups.ts'

/** How soon the process that makes backups is started again when it has ended. */
const againMs = 5000

/**
 * Makes backups in a process beside the server: what it reads and writes holds up no thread of mail, and files of the
 * database that it opens and closes take away no lock of ours. It ends with the server. Where none are wanted, it is only
 * looked whether somebody makes them.
 */
export function createBackupRounds(
  base: Pick<Base, 'config' | 'folder' | 'log' | 'alarms'>,
): JobParts['backups'] {
  const rounds = new BackupRounds(base, forkProcess)
  const isWanted = base.config['backup.folder'] !== ''
  return {
    start() {
      if (isWanted) rounds.start()
    },
    watch: () => watchBackups(base, Date.now(), isWanted ? rounds : null),
    stop: () => rounds.stop(),
  }
}

const forkProcess = () =>
  fork(new URL('./backup-process.ts', import.meta.url), [], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })

export class BackupRounds {
  /** When they began (ms). */
  startedAt = 0
  /** Why the last one was not made; null: it was, or runs. */
  fault: string | null = null
  /** What is wrong with old ones; null: none was made since the start, so nobody has looked. */
  faults: readonly string[] | null = null
  readonly #order: BackupOrder
  readonly #log: Pick<Base['log'], 'error'>
  readonly #fork: () => ChildProcess
  #child: ChildProcess | null = null
  #again: NodeJS.Timeout | undefined

  /** @param fork starts the process; it may throw, as the system refuses one in many ways */
  constructor(
    { config, folder, log }: Pick<Base, 'config' | 'folder'> & { readonly log: Pick<Base['log'], 'error'> },
    fork: () => ChildProcess,
  ) {
    const [target, everyMs] = [config['backup.folder'], config['backup.every']]
    const data = { parent: process.pid, data: folder, folder: target }
    this.#order = { ...data, everyMs, keep: keepRuleOf(config) }
    this.#log = log
    this.#fork = fork
  }

  /** Never throws: who cannot make backups goes on with mail. */
  start(): void {
    this.startedAt ||= Date.now()
    try {
      const child = this.#fork()
      this.#child = child
      child.on('message', (told) => this.#hear(told as BackupTold))
      // It is heard where no process could be started, and then there is no end of one.
      child.on('error', ({ message }) => this.#startAgain(child, `has failed: ${message}`))
      child.on('exit', (code, signal) => this.#startAgain(child, `has ended (${signal ?? code})`))
      child.send(this.#order, () => undefined)
    } catch (cause) {
      this.#startAgain(this.#child, `cannot be started: ${(cause as Error).message}`)
    }
  }

  #startAgain(child: ChildProcess | null, what: string): void {
    if (child !== this.#child) return
    // Nobody hears of it twice, and one that failed half-way does not work beside the next.
    this.#child = null
    child?.kill('SIGKILL')
    this.#hear({ fault: `the process that makes backups ${what}, and is started again` })
    clearTimeout(this.#again)
    this.#again = setTimeout(() => this.start(), againMs)
  }

  #hear(told: BackupTold): void {
    const fault = 'fault' in told ? told.fault : null
    if (fault !== null && fault !== this.fault)
      this.#log.error({ folder: this.#order.folder }, `no backup was made: ${fault}`)
    this.fault = fault
    if ('faults' in told) this.faults = told.faults
  }

  stop(): void {
    clearTimeout(this.#again)
    const child = this.#child
    this.#child = null
    // Harmless at any moment: what is half done is cleared away by the next.
    child?.kill('SIGKILL')
  }
}
