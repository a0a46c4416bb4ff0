import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { type PagePreloads, preloadLinks } from './page-preloads.ts'

/** Forms that a file may be sent in, the smallest first, and how their names end. */
const encodings = [
  ['br', '.br'],
  ['gzip', '.gz'],
] as const

const types: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
  '.png': 'image/png',
}

/** A file of the console as it is sent. */
export interface ConsoleFile {
  readonly type: string
  /** null: as it is. */
  readonly encoding: string | null
  readonly content: Buffer
}

interface Built {
  readonly stamp: number
  readonly page: string
  readonly preloads: readonly PagePreloads[]
  readonly names: ReadonlySet<string>
}

/**
 * What `npm run build` has made of the console. A new build is noticed at the next look at its page; names that are not
 * in the listing of the folder are never looked for on the disk.
 */
export class ConsoleFiles {
  readonly #folder: string
  #built: Built | null = null

  constructor(folder: string = join(import.meta.dirname, '../../../../../console/dist')) {
    this.#folder = folder
  }

  /**
   * The page that every address of the console leads to, with what the one at `path` needs; null: the console has not
   * been built.
   */
  page(path: string): string | null {
    const built = this.#look()
    if (built === null) return null
    return built.page.replace('</head>', () => `${preloadLinks(built.preloads, path)}</head>`)
  }

  /** One of the files that the page loads, by its name below assets/; null: there is none. */
  async file(name: string, accepts: string): Promise<ConsoleFile | null> {
    const built = this.#built ?? this.#look()
    const type = types[extname(name)]
    if (!built?.names.has(name) || type === undefined) return null
    const [encoding, ending] = encodings.find(
      ([word, end]) => accepts.includes(word) && built.names.has(name + end),
    ) ?? [null, '']
    try {
      return { type, encoding, content: await readFile(join(this.#folder, 'assets', name + ending)) }
    } catch {
      // Built anew a moment ago.
      return null
    }
  }

  #look(): Built | null {
    const path = join(this.#folder, 'index.html')
    if (!existsSync(path)) return null
    const stamp = statSync(path).mtimeMs
    if (this.#built?.stamp !== stamp)
      this.#built = {
        stamp,
        page: readFileSync(path, 'utf8'),
        preloads: JSON.parse(readFileSync(join(this.#folder, 'preloads.json'), 'utf8')) as PagePreloads[],
        names: new Set(readdirSync(join(this.#folder, 'assets'))),
      }
    return this.#built
  }
}
