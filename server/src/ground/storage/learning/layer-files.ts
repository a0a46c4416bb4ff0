import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { LearntLayers } from '#flow/inspection/learnt-layers.ts'
import { type Layer, readLayer } from '#ground/learning/layer.ts'

interface PlacedFile {
  readonly file: string
  readonly share: number
}

interface Pointer {
  /** Points at most. */
  readonly most: number
  /** Layers of each tenant, the newest first; each counts for what those before it leave. */
  readonly tenants: Readonly<Record<string, readonly PlacedFile[]>>
}

/** A layer that shall count for a tenant; of several the newest come first. */
export interface LayerInForce {
  readonly tenant: string
  readonly version: string
  readonly share: number
}

const pointerName = 'in-force.json'
const nothing: Pointer = { most: 0, tenants: {} }
/** Layers in memory, 40 KiB each. */
const mostOpen = 200

/**
 * What tenants have taught, as files: inspection goes on from them whatever happens to the database. A pointer that
 * cannot be read leaves the one before in force; a layer that cannot be read counts for nothing.
 */
export class LayerFiles implements LearntLayers {
  readonly #folder: string
  #pointer = nothing
  #stamp = ''
  readonly #open = new Map<string, Layer | null>()

  constructor(folder: string) {
    this.#folder = folder
    this.refresh()
  }

  /** Looks whether other layers are in force now; called every second. */
  refresh(): void {
    try {
      const { mtimeMs, ino } = statSync(join(this.#folder, pointerName))
      const stamp = `${mtimeMs} ${ino}`
      if (stamp === this.#stamp) return
      this.#pointer = JSON.parse(readFileSync(join(this.#folder, pointerName), 'utf8')) as Pointer
      this.#stamp = stamp
      this.#open.clear()
    } catch {
      // None yet, or torn by a fault of the disk: what was in force stays.
    }
  }

  isEmpty(): boolean {
    for (const _ in this.#pointer.tenants) return false
    return true
  }

  most(): number {
    return this.#pointer.most
  }

  of(tenant: string, place: number): Layer | null {
    if (!Object.hasOwn(this.#pointer.tenants, tenant)) return null
    const placed = this.#pointer.tenants[tenant]?.find(({ share }) => place < share)
    return placed ? this.#read(placed.file) : null
  }

  #read(file: string): Layer | null {
    const known = this.#open.get(file)
    if (known !== undefined) return known
    if (this.#open.size >= mostOpen) this.#open.clear()
    const found = this.#load(file)
    this.#open.set(file, found)
    return found
  }

  #load(file: string): Layer | null {
    try {
      return readLayer(readFileSync(join(this.#folder, file)))
    } catch {
      return null
    }
  }
}

/** Puts layers in force: their files first, then the pointer in one step; files that nobody needs go last. */
export async function putLayersInForce(
  folder: string,
  most: number,
  layers: readonly LayerInForce[],
  contentOf: (version: string) => Promise<Uint8Array | null>,
): Promise<void> {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const present = new Set(readdirSync(folder))
  const tenants: Record<string, PlacedFile[]> = {}
  for (const { tenant, version, share } of layers) {
    const file = fileOf(tenant, version)
    const content = present.has(file) ? null : await contentOf(version)
    if (content) replace(join(folder, file), content)
    tenants[tenant] = [...(tenants[tenant] ?? []), { file, share }]
  }
  const pointer = JSON.stringify({ most, tenants } satisfies Pointer)
  if (present.has(pointerName) && readFileSync(join(folder, pointerName), 'utf8') === pointer) return
  replace(join(folder, pointerName), pointer)
  const needed = new Set(Object.values(tenants).flatMap((each) => each.map(({ file }) => file)))
  for (const file of present)
    if (file.endsWith('.layer') && !needed.has(file)) rmSync(join(folder, file), { force: true })
}

function fileOf(tenant: string, version: string): string {
  return `${createHash('sha256').update(`${tenant} ${version}`).digest('hex').slice(0, 32)}.layer`
}

function replace(path: string, content: string | Uint8Array): void {
  writeFileSync(`${path}.new`, content, { flush: true })
  renameSync(`${path}.new`, path)
}
