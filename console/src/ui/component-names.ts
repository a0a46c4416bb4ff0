import { routes } from '@mailkeep/contract'
import { useAnswer } from '../session/use-answer.ts'
import { useMay } from '../session/who.tsx'

/** How the public calls a component, by its short name; that itself for whoever does not look after the house. */
export function useComponentNames(): (id: string) => string {
  const { value } = useAnswer(routes.status, {}, { isOff: !useMay('site.read') })
  const names = new Map((value?.components ?? []).map(({ id, name }) => [id, name]))
  return (id) => names.get(id) ?? id
}
