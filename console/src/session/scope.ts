import { useCallback } from 'react'
import { type NavigateOptions, useLocation, useNavigate, useSearchParams } from 'react-router'

/** What every page is limited to, as its address has it: `tenant:ID`, `domain:NAME`, `group:ID`, `user:ADDRESS`, or null for all in reach. */
export function useScope(): string | null {
  return useSearchParams()[0].get('scope')
}

/** Turns an address within the console into one that keeps the present scope. */
export function useKeepScope(): (to: string) => string {
  const scope = useScope()
  return useCallback((to: string) => withScope(to, scope), [scope])
}

/** Goes to an address of the console, in the present scope. */
export function useGo(): (to: string, options?: NavigateOptions) => void {
  const navigate = useNavigate()
  const keep = useKeepScope()
  return useCallback(
    (to: string, options?: NavigateOptions) => void navigate(keep(to), options),
    [navigate, keep],
  )
}

/** Chooses another scope and stays on the page, see `inScope`. */
export function useChooseScope(): (scope: string | null) => void {
  const navigate = useNavigate()
  const { pathname, search } = useLocation()
  return useCallback(
    (scope: string | null) => void navigate(inScope(pathname, search, scope)),
    [navigate, pathname, search],
  )
}

/**
 * The address of a page in another scope. A list keeps its filters; what belongs to one message or domain gives way to
 * its list, and the level of policy to the scope.
 */
export function inScope(pathname: string, search: string, scope: string | null): string {
  const [, list = '', ...rest] = pathname.split('/')
  const kept = new URLSearchParams(rest.length === 0 ? search : '')
  for (const name of ['scope', 'level']) kept.delete(name)
  return withScope(kept.size === 0 ? `/${list}` : `/${list}?${kept.toString()}`, scope)
}

/** The same address with this scope; one that it names itself stays. */
export function withScope(to: string, scope: string | null): string {
  const [path = '', query = ''] = to.split('?')
  const parameters = new URLSearchParams(query)
  if (scope !== null && !parameters.has('scope')) parameters.set('scope', scope)
  return parameters.size === 0 ? path : `${path}?${readable(parameters)}`
}

/** Colons and slashes need no escape after the question mark, and addresses are read by people. */
export function readable(parameters: URLSearchParams): string {
  return parameters.toString().replaceAll('%3A', ':').replaceAll('%2F', '/').replaceAll('%40', '@')
}
