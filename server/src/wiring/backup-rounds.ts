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
  const rounds = new BackupRounds(base)
  const isWanted = base.config['backup.folder'] !== ''
  return {
    start() {
      if (isWanted) rounds.start()
    },
    watch: () => watchBackups(base, Date.now(), isWanted ? rounds : null),
    stop: () => rounds.stop(),
  }
}

class BackupRounds {
  /** When they began (ms). */
  startedAt = 0
  /** Why the last one was not made; null: it was, or runs. */
  fault: string | null = null
  readonly #order: BackupOrder
  readonly #log: Base['log']
  #child: ChildProcess | null = null
  #again: NodeJS.Timeout | undefined

  constructor({ config, folder, log }: Pick<Base, 'config' | 'folder' | 'log'>) {
    const [target, everyMs] = [config['backup.folder'], config['backup.every']]
    this.#order = { data: folder, folder: target, everyMs, keep: keepRuleOf(config) }
    this.#log = log
  }

  start(): void {
    this.startedAt ||= Date.now()
    const child = fork(new URL('./backup-process.ts', import.meta.url), [], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    this.#child = child
    child.on('message', (told) => this.#hear(told as BackupTold))
    child.on('error', ({ message }) =>
      this.#hear({ fault: `the process that makes backups has failed: ${message}` }),
    )
    child.on('exit', (code, signal) => {
      this.#hear({
        fault: `the process that makes backups has ended (${signal ?? code}) and is started again`,
      })
      this.#again = setTimeout(() => this.start(), againMs)
    })
    child.send(this.#order, () => undefined)
  }

  #hear(told: BackupTold): void {
    const fault = 'fault' in told ? told.fault : null
    if (fault !== null && fault !== this.fault)
      this.#log.error({ folder: this.#order.folder }, `no backup was made: ${fault}`)
    this.fault = fault
  }

  stop(): void {
    clearTimeout(this.#again)
    this.#child?.removeAllListeners('exit')
    // Harmless at any moment: what is half done is cleared away by the next.
    this.#child?.kill('SIGKILL')
  }
}
