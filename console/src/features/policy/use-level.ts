import { routes } from '@mailkeep/contract'
import { useCallback } from 'react'
import { useSearchParams } from 'react-router'
import { useGo, useScope } from '../../session/scope.ts'
import { useAnswer } from '../../session/use-answer.ts'

/** The level that the page is about: the one in its address, else its scope, else the widest in reach. Null: not known yet. */
export function useLevel(): string | null {
  const [parameters] = useSearchParams()
  const scope = useScope()
  const named = parameters.get('level') ?? scope
  const { value } = useAnswer(routes.policyLevels, {}, { isOff: named !== null })
  return named ?? value?.lines[0]?.level ?? null
}

/** Goes to another level, on the same page of policy. */
export function useChooseLevel(): (level: string) => void {
  const go = useGo()
  return useCallback(
    (level: string) => go(`${window.location.pathname.replace(/\/rules\/.+$/, '/rules')}?level=${level}`),
    [go],
  )
}

/** An address of a page of policy that is about a level. */
export function toPolicy(page: string, level: string | null): string {
  return `/policy${page}${level === null ? '' : `?level=${encodeURIComponent(level)}`}`
}
