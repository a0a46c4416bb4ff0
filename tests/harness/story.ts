import type { TestSite } from './site.ts'

/** What `trace` tells of one message, as far as tests look at it. */
export interface Story {
  readonly id: string
  readonly deliveries: readonly {
    readonly n: number
    readonly rcptTo: string
    readonly state: string
    readonly reason: string
    readonly attempts: number
    readonly lastAttempt: { readonly phase: string; readonly code: number; readonly reply: string } | null
  }[]
  readonly events: readonly {
    readonly n: number | null
    readonly kind: string
    readonly reason: string
    readonly detail: Readonly<Record<string, unknown>> | null
  }[]
  readonly explanation: { readonly findings: readonly { readonly code: string }[] }
}

/** The whole story of one message. @throws Error where there is none */
export async function storyOf(site: TestSite, id: string): Promise<Story> {
  const { traced } = await site.json<{ traced: Story | null }>('trace', id)
  if (traced === null) throw new Error(`there is no story of ${id}`)
  return traced
}

/** The events of a message as `kind reason`, oldest first. */
export function plot(story: Story): string[] {
  return story.events.map((each) => `${each.kind} ${each.reason}`)
}

/** The story once nothing of it waits any more; false before. */
export async function settledStory(site: TestSite, id: string): Promise<Story | false> {
  const story = await storyOf(site, id)
  return story.deliveries.every((each) => each.state !== 'waiting') && story
}
