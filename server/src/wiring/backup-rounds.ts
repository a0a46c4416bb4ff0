import { type ChildProcess, fork } from 'node:child_process'
import type { JobParts } from '#doors/jobs/clockwork.ts'
import { utcWords } from '#ground/platform/utc-words.ts'
import type { BackupReport } from '#services/backup/backup-report.ts'
import { proofTroubles } from '#services/backup/proof-troubles.ts'
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
  return {
    start: () => rounds.follow(),
    async watch() {
      rounds.follow()
      await watchBackups(base, Date.now(), rounds.isWanted ? rounds : null)
    },
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
  /** One is being verified: backups wait meanwhile. */
  isVerifying = false
  readonly #base: Pick<Base, 'config' | 'folder'>
  /** What is wanted by the settings; null: nothing. */
  #order: BackupOrder | null = null
  readonly #log: Pick<Base['log'], 'error' | 'info'>
  readonly #fork: () => ChildProcess
  #child: ChildProcess | null = null
  #again: NodeJS.Timeout | undefined

  /** @param fork starts the process; it may throw, as the system refuses one in many ways */
  constructor(
    base: Pick<Base, 'config' | 'folder'> & { readonly log: Pick<Base['log'], 'error' | 'info'> },
    fork: () => ChildProcess,
  ) {
    this.#base = base
    this.#log = base.log
    this.#fork = fork
  }

  get isWanted(): boolean {
    return this.#order !== null
  }

  /**
   * Begins as the settings are now. Where they are others, who makes them goes on with these; for another folder it is begun
   * anew: what is half done is harmless, see stop, and what was said of the folder before holds no more.
   */
  follow(): void {
    const wanted = orderOf(this.#base)
    if (JSON.stringify(wanted) === JSON.stringify(this.#order)) return
    if (wanted !== null && wanted.folder === this.#order?.folder) {
      this.#order = wanted
      this.#child?.send(wanted, () => undefined)
      return
    }
    this.stop()
    this.#order = wanted
    ;[this.startedAt, this.fault, this.faults] = [Date.now(), null, null]
    if (wanted !== null) this.#start(wanted)
  }

  /** Never throws: who cannot make backups goes on with mail. */
  #start(order: BackupOrder): void {
    try {
      const child = this.#fork()
      this.#child = child
      child.on('message', (told) => this.#hear(told as BackupTold))
      // It is heard where no process could be started, and then there is no end of one.
      child.on('error', ({ message }) => this.#startAgain(child, `has failed: ${message}`))
      child.on('exit', (code, signal) => this.#startAgain(child, `has ended (${signal ?? code})`))
      child.send(order, () => undefined)
    } catch (cause) {
      this.#startAgain(this.#child, `cannot be started: ${(cause as Error).message}`)
    }
  }

  #startAgain(child: ChildProcess | null, what: string): void {
    if (child !== this.#child) return
    // Nobody hears of it twice, and one that failed half-way does not work beside the next.
    this.#child = null
    child?.kill('SIGKILL')
    this.isVerifying = false
    this.#hear({ fault: `the process that makes backups ${what}, and is started again` })
    clearTimeout(this.#again)
    if (this.#order !== null)
      this.#again = setTimeout(() => {
        // As it is wanted by then.
        if (this.#order !== null) this.#start(this.#order)
      }, againMs)
  }

  #hear(told: BackupTold): void {
    if ('verifies' in told) {
      this.isVerifying = told.verifies
      if (!told.verifies) this.#logProof(told)
      return
    }
    const fault = 'fault' in told ? told.fault : null
    if (fault !== null && fault !== this.fault)
      this.#log.error({ folder: this.#order?.folder }, `no backup was made: ${fault}`)
    this.fault = fault
    if ('faults' in told) this.faults = told.faults
  }

  /** What came of a proof, whoever has asked for it. */
  #logProof(told: Pick<BackupReport, 'proof' | 'proofFault'>): void {
    const place = { folder: this.#order?.folder }
    for (const each of proofTroubles({ ...told, doing: null })) this.#log.error(place, each)
    const { proof, proofFault } = told
    if (proof !== null && proofFault === null && proof.faults.length === 0)
      this.#log.info(
        { ...place, tookMs: proof.tookMs, files: proof.files },
        `the backup of ${utcWords(proof.of)} was verified and lacks nothing`,
      )
  }

  stop(): void {
    this.#order = null
    clearTimeout(this.#again)
    const child = this.#child
    this.#child = null
    this.isVerifying = false
    // Harmless at any moment: what is half done is cleared away by the next.
    child?.kill('SIGKILL')
  }
}

/** Null: the settings want no backups. */
function orderOf({ config, folder }: Pick<Base, 'config' | 'folder'>): BackupOrder | null {
  const target = config['backup.folder']
  if (target === '') return null
  const keep = keepRuleOf(config)
  const [everyMs, verifyEveryMs] = [config['backup.every'], config['backup.verify']]
  return { parent: process.pid, data: folder, folder: target, everyMs, keep, verifyEveryMs }
}
