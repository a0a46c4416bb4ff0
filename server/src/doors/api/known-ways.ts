import type { FastifyInstance } from 'fastify'
import { type ApiProblem, problems } from './api-problem.ts'

/** Notes every address as it is put on the door; made before the first of them. */
export function knowWays(app: FastifyInstance): KnownWays {
  const ways = new KnownWays()
  app.addHook('onRoute', ({ method, url }) => {
    for (const each of [method].flat()) ways.note(each, url)
  })
  return ways
}

/** Which methods each address takes: a program is told whether its address or its method is wrong. */
export class KnownWays {
  readonly #methods = new Map<string, Set<string>>()

  /** @param url as it is put on the door, such as `/api/v1/keys/:key` */
  note(method: string, url: string): void {
    const known = this.#methods.get(url) ?? new Set()
    this.#methods.set(url, known.add(method))
  }

  /** Methods of an address, sorted; none: there is nothing there. */
  at(url: string): string[] {
    const [path = ''] = url.split('?')
    const parts = path.split('/')
    const found = [...this.#methods].filter(([pattern]) => fits(pattern.split('/'), parts))
    return [...new Set(found.flatMap(([, methods]) => [...methods]))].sort()
  }

  /** Why an address does not answer a method: it takes others, or there is nothing there. */
  problemOf(method: string, url: string): ApiProblem {
    const others = this.at(url)
    const isWrongMethod = others.length > 0 && !others.includes(method)
    return isWrongMethod ? problems.wrongMethod(method, others) : problems.noSuchPage(url.slice(0, 200))
  }
}

/** A star stands for all that follows, but for the API: the console has every address that nobody else has. */
function fits(pattern: readonly string[], parts: readonly string[]): boolean {
  if (pattern.at(-1) === '*')
    return parts[1] !== 'api' && pattern.slice(0, -1).every((each, n) => each === parts[n])
  return (
    pattern.length === parts.length &&
    pattern.every((each, n) => each === parts[n] || (each.startsWith(':') && parts[n] !== ''))
  )
}
