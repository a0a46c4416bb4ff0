import type { TestSite } from './site.ts'

export interface Quota {
  readonly stopMs: number
  readonly runMs: number
}

/** Stops a process again and again, and lets it run in between. */
export function starve(site: TestSite, { stopMs, runMs }: Quota): { end(): void } {
  let on = true
  const round = async () => {
    while (on) {
      site.signal('SIGSTOP')
      await new Promise((resolve) => setTimeout(resolve, stopMs))
      site.signal('SIGCONT')
      await new Promise((resolve) => setTimeout(resolve, runMs))
    }
  }
  void round()
  return {
    end() {
      on = false
      site.signal('SIGCONT')
    },
  }
}
