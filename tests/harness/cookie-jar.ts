import { askSite, type SiteAnswer, type SiteQuestion } from './ask-site.ts'

interface Kept {
  readonly value: string
  readonly path: string
}

/** A browser of one person at one site: keeps cookies, and leaves those of `SameSite=Lax` out of foreign forms. */
export class CookieJar {
  readonly #port: number
  readonly #kept = new Map<string, Kept>()

  constructor(port: number) {
    this.#port = port
  }

  /** The cookies that go along to a path, as a header. */
  header(path: string): string {
    const [own = ''] = path.split('?')
    return [...this.#kept]
      .filter(([, each]) => own === each.path || own.startsWith(each.path.replace(/\/?$/, '/')))
      .map(([name, { value }]) => `${name}=${value}`)
      .join('; ')
  }

  get(name: string): string | null {
    return this.#kept.get(name)?.value ?? null
  }

  /** Opens an address, or sends a form of our own page. */
  async ask(path: string, question: SiteQuestion = {}): Promise<SiteAnswer> {
    return this.#keep(await askSite(this.#port, path, { cookie: this.header(path), ...question }))
  }

  /** Sends a form that stands on a page of another site. */
  async askFromElsewhere(path: string, body: string, from?: string): Promise<SiteAnswer> {
    const headers = { 'sec-fetch-site': 'cross-site', origin: 'null' }
    const question = { method: 'POST', body, headers, ...(from !== undefined && { from }) }
    return this.#keep(await askSite(this.#port, path, question))
  }

  #keep(answer: SiteAnswer): SiteAnswer {
    for (const each of [answer.headers['set-cookie'] ?? []].flat()) {
      const [pair = '', ...attributes] = each.split(';').map((part) => part.trim())
      const [name = '', value = ''] = pair.split('=')
      const path = attributes.find((part) => /^path=/i.test(part))?.slice('path='.length) ?? '/'
      if (attributes.includes('Max-Age=0')) this.#kept.delete(name)
      else this.#kept.set(name, { value, path })
    }
    return answer
  }
}
