import { createHash } from 'node:crypto'
import {
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { readScannerProof, type ScannerProof, writeScannerProof } from '#ground/platform/scanner-proof.ts'
import type { Bundle, BundleFile } from '#ground/platform/signed-bundle.ts'
import type { InstalledSet, ScannerSets } from '#services/scanners/scanner-parts.ts'

interface State {
  /** Sets that were in use, the latest last. */
  readonly used: readonly InstalledSet[]
  readonly refused: Readonly<Record<string, string>>
  /** When sets were taken back whose findings are still to be judged anew; absent: none ever were. */
  readonly takenBack?: Readonly<Record<string, number>>
}

/** Sets kept on the disk: the one in use, and those before it to go back to. */
const kept = 3

/**
 * Sets of virus signatures in a folder: `sets/VERSION/`, and `current`, a link to the one in use, which is what clamd gets
 * as its DatabaseDirectory. A set is whole on the disk before the link leads to it, and the link changes at once: a scanner
 * that starts at any moment, without any network, finds the last good set.
 */
export class SignatureFolder implements ScannerSets {
  readonly #folder: string
  readonly #probe: (version: string) => string

  /** @param probe line of a .hdb file by which a scanner that has loaded a set names its version */
  constructor(folder: string, probe: (version: string) => string) {
    this.#folder = folder
    this.#probe = probe
  }

  current(): InstalledSet | null {
    return this.#state().used.at(-1) ?? null
  }

  former(): InstalledSet | null {
    return this.#state().used.at(-2) ?? null
  }

  install(bundle: Bundle): void {
    const whole = this.#pathOf(bundle.version)
    const incoming = `${whole}.incoming`
    rmSync(incoming, { recursive: true, force: true })
    mkdirSync(incoming, { recursive: true, mode: 0o755 })
    for (const file of bundle.files) takeFile(bundle.folder, incoming, file)
    writeFileSync(join(incoming, 'mailkeep.hdb'), `${this.#probe(bundle.version)}\n`)
    writeFileSync(join(incoming, '.made'), String(bundle.made))
    sync(join(incoming, 'mailkeep.hdb'))
    sync(incoming)
    rmSync(whole, { recursive: true, force: true })
    renameSync(incoming, whole)
  }

  use(version: string): void {
    const link = join(this.#folder, 'current')
    const next = `${link}.next`
    rmSync(next, { force: true })
    symlinkSync(join('sets', version), next)
    renameSync(next, link)
    sync(this.#folder)
    const made = Number(readFileSync(join(this.#pathOf(version), '.made'), 'utf8'))
    const state = this.#state()
    const before = state.used.findIndex((each) => each.version === version)
    const used = before >= 0 ? state.used.slice(0, before) : state.used
    this.#write({ ...state, used: [...used, { version, made }].slice(-kept) })
    this.#prune()
  }

  refuse(version: string, why: string): void {
    const state = this.#state()
    this.#write({ ...state, refused: { ...state.refused, [version]: why } })
  }

  refused(version: string): string | null {
    return this.#state().refused[version] ?? null
  }

  noteTakenBack(version: string, at: number): void {
    const state = this.#state()
    this.#write({ ...state, takenBack: { ...state.takenBack, [version]: at } })
  }

  takenBack(): { version: string; at: number }[] {
    return Object.entries(this.#state().takenBack ?? {}).map(([version, at]) => ({ version, at }))
  }

  settleTakenBack(version: string): void {
    const state = this.#state()
    const { [version]: _settled, ...others } = state.takenBack ?? {}
    this.#write({ ...state, takenBack: others })
  }

  beginProof(proof: ScannerProof): void {
    writeScannerProof(this.#folder, proof)
    sync(this.#folder)
  }

  endProof(at: number): void {
    const proof = this.proof()
    if (proof) writeScannerProof(this.#folder, { ...proof, endedAt: at })
  }

  proof(): ScannerProof | null {
    return readScannerProof(this.#folder)
  }

  #pathOf(version: string): string {
    return join(this.#folder, 'sets', version)
  }

  #state(): State {
    try {
      return JSON.parse(readFileSync(join(this.#folder, 'sets.json'), 'utf8')) as State
    } catch {
      return { used: [], refused: {} }
    }
  }

  #write(state: State): void {
    const path = join(this.#folder, 'sets.json')
    writeFileSync(`${path}.next`, JSON.stringify(state))
    sync(`${path}.next`)
    renameSync(`${path}.next`, path)
  }

  #prune(): void {
    const inUse = new Set(this.#state().used.map((each) => each.version))
    for (const name of readdirSync(join(this.#folder, 'sets')))
      if (!inUse.has(name)) rmSync(this.#pathOf(name), { recursive: true, force: true })
  }
}

/** Copies a file and holds it against what its manifest promises. */
function takeFile(from: string, to: string, { name, size, sha256 }: BundleFile): void {
  const [source, target] = [join(from, name), join(to, name)]
  if (!existsSync(source)) throw new Error(`${name} is missing`)
  copyFileSync(source, target)
  const found = measure(target)
  if (found.size !== size || found.sha256 !== sha256)
    throw new Error(`${name} is damaged or cut: it is not what its manifest says`)
  sync(target)
}

function measure(path: string): { size: number; sha256: string } {
  const hash = createHash('sha256')
  const chunk = Buffer.alloc(1 << 20)
  const file = openSync(path, 'r')
  let size = 0
  try {
    for (let read = readSync(file, chunk); read > 0; read = readSync(file, chunk)) {
      hash.update(chunk.subarray(0, read))
      size += read
    }
  } finally {
    closeSync(file)
  }
  return { size, sha256: hash.digest('hex') }
}

function sync(path: string): void {
  const file = openSync(path, 'r')
  try {
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}
