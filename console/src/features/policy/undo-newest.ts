import { routes } from '@mailkeep/contract'
import { ask } from '../../api/ask.ts'
import { useOrder } from '../../session/use-order.ts'

/** Everything that shows what policy is: asked for anew when it has changed. */
export const policyRoutes = [
  routes.policySettings,
  routes.senders,
  routes.rules,
  routes.rule,
  routes.policyVersions,
  routes.policyTrials,
]

/** Takes a version back; so many messages may leave quarantine by it. */
export function useUndo(): (version: number, leaving?: number) => Promise<unknown> {
  const { give } = useOrder(routes.undoPolicyVersion, policyRoutes)
  return (version, leaving = 0) => give({ params: { version: String(version) }, query: { leaving } })
}

/** The newest version of a level that is about something; null: there is none. */
export async function newestVersion(level: string, subject: string): Promise<number | null> {
  const { lines } = await ask(routes.policyVersions, { query: { level, limit: 5 } })
  const found = lines.find(({ edits }) => edits.some((each) => each.subject === subject))
  return found?.version ?? null
}
