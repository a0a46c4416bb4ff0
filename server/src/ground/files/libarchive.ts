import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { LibarchiveWasm } from 'libarchive-wasm'

/**
 * Reads archives with libarchive, which runs as WebAssembly: whatever an archive does to it stays in a memory of its
 * own, which has a bound and is thrown away behind the archive.
 *
 * Nothing is skipped by the library, since that may unpack gigabytes in one call: the caller asks for the content of
 * every entry piece by piece and stops when it has had enough.
 */

/** Memory of one archive: its bytes, its window (64 MiB at most) and what the readers hold. */
const mostMemory = 144 << 20
const pieceSize = 64 << 10
/** Zeros behind an archive: a file that ends like a zip would be taken for one, whatever it begins like. */
const tail = 20 << 10
const regularFile = 0x8000

/** An entry whose content may be read until the next one is asked for. */
export interface PackedEntry {
  /** Empty where it is in letters that nobody here knows. */
  readonly name: string
  readonly isFile: boolean
  readonly encrypted: boolean
  /** As the archive says. */
  readonly size: number
}

/** An archive that is being read. Never throws; what cannot be read ends early and says so. */
export interface OpenArchive {
  /** The archive, or the entry read last, is broken, or is packed in a way that is not known. */
  readonly failed: boolean
  next(): PackedEntry | null
  /** The next piece of the entry, good until the next call; null at its end. */
  read(): Buffer | null
  close(): void
}

/** What is used of WebAssembly; the types of Node leave it out. */
interface WasmInstance {
  readonly exports: Readonly<Record<string, unknown>>
}
interface WasmMemory {
  readonly buffer: ArrayBuffer
  grow: (pages: number) => number
}
declare const WebAssembly: {
  readonly Module: new (bytes: Buffer) => object
  readonly Instance: new (module: object, imports: object) => WasmInstance
  readonly Memory: { new (): WasmMemory; readonly prototype: WasmMemory }
}

let compiled: object | null = null

/** Opens an archive of any kind that libarchive knows by itself. Null for what it does not know. */
export async function openArchive(bytes: Buffer): Promise<OpenArchive | null> {
  try {
    return new Reading(await loadLibrary(), bytes)
  } catch {
    return null
  }
}

async function loadLibrary(): Promise<LibarchiveWasm> {
  const folder = dirname(fileURLToPath(import.meta.resolve('libarchive-wasm')))
  compiled ??= new WebAssembly.Module(readFileSync(join(folder, 'libarchive.wasm')))
  const module = compiled
  const { libarchiveWasm } = await import('libarchive-wasm')
  return libarchiveWasm({
    instantiateWasm(imports: object, take: (instance: WasmInstance) => void) {
      const instance = new WebAssembly.Instance(module, imports)
      for (const each of Object.values(instance.exports))
        if (each instanceof WebAssembly.Memory) boundMemory(each)
      take(instance)
      return instance.exports
    },
  })
}

/** The library asks by this method for more, and takes a refusal as the end of memory. */
function boundMemory(memory: WasmMemory): void {
  memory.grow = (pages) => {
    if (memory.buffer.byteLength + pages * 65_536 > mostMemory)
      throw new RangeError('the archive asks for too much')
    return WebAssembly.Memory.prototype.grow.call(memory, pages)
  }
}

class Reading implements OpenArchive {
  readonly #library: LibarchiveWasm
  readonly #archive: number
  readonly #piece: number
  failed = false

  constructor(library: LibarchiveWasm, bytes: Buffer) {
    this.#library = library
    const { module } = library
    const length = bytes.length + tail
    const place = module._malloc(length)
    this.#piece = module._malloc(pieceSize)
    if (place === 0 || this.#piece === 0) throw new RangeError('no memory for the archive')
    module.HEAPU8.set(bytes, place)
    module.HEAPU8.fill(0, place + bytes.length, place + length)
    this.#archive = library.read_new_memory(place, length)
  }

  next(): PackedEntry | null {
    if (this.failed) return null
    try {
      const entry = this.#library.read_next_entry(this.#archive)
      if (entry === 0) {
        this.failed = (this.#library.error_string(this.#archive) ?? '') !== ''
        return null
      }
      return {
        name: this.#library.entry_pathname(entry) ?? '',
        isFile: this.#library.entry_filetype(entry) === regularFile,
        encrypted: this.#library.entry_is_encrypted(entry) !== 0,
        size: Math.max(0, Number(this.#library.entry_size(entry))),
      }
    } catch {
      this.failed = true
      return null
    }
  }

  read(): Buffer | null {
    try {
      const length = this.#library.read_data(this.#archive, this.#piece, pieceSize)
      if (length <= 0) return null
      const { HEAPU8 } = this.#library.module
      return Buffer.from(HEAPU8.buffer, HEAPU8.byteOffset + this.#piece, length)
    } catch {
      this.failed = true
      return null
    }
  }

  close(): void {
    // Nothing has to be freed: the memory goes with the instance, which nobody holds any more.
    this.failed = true
  }
}
