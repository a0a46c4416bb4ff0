import type { Config } from '#ground/platform/config/settings.ts'

const waitMs = 10_000
/** Pages that any visitor gets, and nothing has to be known for. */
const consolePages = { 'sign-in page': '/sign-in', 'review page': '/review' } as const

/** What looking at a page came to. */
interface LookedAt {
  /** What was wrong; null: nothing. */
  readonly failed: string | null
  /** Nobody can tell. */
  readonly isUnknown?: true
}

/** A page that is looked at. */
export interface PageTry {
  readonly name: string
  /** Null: it has never been there. */
  readonly run: () => Promise<LookedAt | null>
}

/**
 * What is looked at of pages: those of the console where this process serves them, and the status page where the jobs
 * are. The process of the status page may not be there on purpose, so it is missed from its first answer on.
 */
export function pageTries(config: Config): (console: readonly string[], hasJobs: boolean) => PageTry[] {
  let wasThere = false
  const status = `http://${config['status.listen'][0] ?? ''}/`
  const statusPage: PageTry = {
    name: 'status page',
    async run() {
      const tried = await tryPage(status)
      wasThere ||= tried.failed === null
      return wasThere ? tried : null
    },
  }
  return ([place], hasJobs) => [
    ...(place === undefined
      ? []
      : Object.entries(consolePages).map(
          ([name, path]): PageTry => ({ name, run: () => tryPage(`http://${place}${path}`) }),
        )),
    ...(hasJobs ? [statusPage] : []),
  ]
}

async function tryPage(url: string): Promise<LookedAt> {
  try {
    const answer = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(waitMs) })
    const text = await answer.text()
    // Planned work is told as such: neither a fault, nor a try that did not take place.
    if (answer.headers.has('mailkeep-maintenance'))
      return { failed: 'it is closed for planned work', isUnknown: true }
    if (answer.status !== 200) return { failed: `it answered ${answer.status}` }
    return { failed: /<\/html>\s*$/i.test(text) ? null : 'the page is not whole' }
  } catch (cause) {
    const { message, cause: why } = cause as Error
    return { failed: why instanceof Error ? why.message : message }
  }
}
