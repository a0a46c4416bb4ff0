import type { ComponentProps } from 'react'
import { Link } from 'react-router'
import { useKeepScope } from '../session/scope.ts'

/** A link within the console; the page that it leads to keeps the scope of this one. */
export function ScopedLink({
  to,
  ...others
}: Omit<ComponentProps<typeof Link>, 'to'> & { readonly to: string }) {
  const keep = useKeepScope()
  return <Link to={keep(to)} {...others} />
}
