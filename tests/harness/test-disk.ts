import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Why no disks can be made here; null: they can. */
export function whyNoDisk(): string | null {
  if (process.getuid?.() !== 0) return 'making a disk needs root'
  for (const tool of ['/usr/sbin/mkfs.ext4', '/usr/sbin/fsfreeze', '/bin/mount'])
    if (!existsSync(tool)) return `${tool} is missing`
  return null
}

/** A file system of its own that can be frozen, filled and made read-only. */
export class TestDisk implements Disposable {
  readonly folder: string
  readonly #base: string
  readonly #kind: 'ext4' | 'tmpfs'
  #frozen = false

  private constructor(kind: 'ext4' | 'tmpfs', base: string) {
    this.#kind = kind
    this.#base = base
    this.folder = join(base, 'disk')
  }

  /** ext4 in a file: can be frozen, so that every write to it waits. */
  static ext4(megabytes: number): TestDisk {
    const disk = TestDisk.#make('ext4')
    const image = join(disk.#base, 'image')
    writeFileSync(image, '')
    truncateSync(image, megabytes << 20)
    run('mkfs.ext4', '-q', image)
    run('mount', '-o', 'loop', image, disk.folder)
    return disk
  }

  /** Memory with an end: fills up at once and truly. */
  static tmpfs(megabytes: number): TestDisk {
    const disk = TestDisk.#make('tmpfs')
    run('mount', '-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', disk.folder)
    return disk
  }

  static #make(kind: 'ext4' | 'tmpfs'): TestDisk {
    const base = mkdtempSync(join(tmpdir(), 'mailkeep-disk-'))
    const disk = new TestDisk(kind, base)
    mkdirSync(disk.folder)
    return disk
  }

  /** From now on every write waits, and so does whoever writes. */
  freeze(): void {
    run('fsfreeze', '-f', this.folder)
    this.#frozen = true
  }

  /** The same for a time, after which another process ends it: for threads that wait for the disk by then. */
  freezeFor(ms: number): void {
    run('fsfreeze', '-f', this.folder)
    const thaw = 'sleep "$1"; fsfreeze -u "$2"'
    spawn('sh', ['-c', thaw, 'sh', `${ms / 1000}`, this.folder], { stdio: 'ignore', env: withSystemTools() })
  }

  thaw(): void {
    if (this.#frozen) run('fsfreeze', '-u', this.folder)
    this.#frozen = false
  }

  /** Fills what is free but for `leave` bytes. */
  fill(leave: number): void {
    const free = Number(execFileSync('df', ['--output=avail', '-B1', this.folder]).toString().split('\n')[1])
    if (free <= leave) return
    const file = join(this.folder, 'filling')
    try {
      writeFileSync(file, Buffer.alloc(free - leave))
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'ENOSPC') throw cause
      // Others have written meanwhile: what they took is missing here.
      truncateSync(file, Math.max(0, statSync(file).size - leave))
    }
  }

  empty(): void {
    rmSync(join(this.folder, 'filling'), { force: true })
  }

  /**
   * Nothing can be written any more, to open files neither: a remount would be refused while files are open,
   * so each file is made immutable, which the kernel answers with the same kind of error.
   */
  readOnly(yes: boolean): void {
    run('chattr', '-R', yes ? '+i' : '-i', this.folder)
  }

  [Symbol.dispose](): void {
    this.thaw()
    run('umount', '-l', this.folder)
    rmSync(this.#base, { recursive: true, force: true })
  }

  get kind(): string {
    return this.#kind
  }
}

function run(command: string, ...args: string[]): void {
  execFileSync(command, args, { stdio: 'pipe', env: withSystemTools() })
}

function withSystemTools(): NodeJS.ProcessEnv {
  return { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` }
}
