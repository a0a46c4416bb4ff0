import { useLocation } from 'react-router'
import { useIsOfPeople } from '../../session/people-scope.ts'
import { useMe } from '../../session/who.tsx'
import { ScopedLink } from '../../ui/scoped-link.tsx'
import classes from './navigation.module.css'
import { navGroups, type Page } from './page.ts'

/** The map of the console, with only what the rights of who looks allow. */
export function Navigation({ pages }: { readonly pages: readonly Page[] }) {
  const { rights } = useMe()
  const { pathname } = useLocation()
  const isOfPeople = useIsOfPeople()
  const allowed = pages.filter(
    ({ right, ofPeople }) => (right === 'signed-in' || rights.includes(right)) && (!isOfPeople || ofPeople),
  )
  return (
    <nav aria-label="Pages" className={classes.nav}>
      {navGroups.map((group) => {
        const shown = allowed.filter(({ nav }) => nav?.group === group)
        if (shown.length === 0) return null
        return (
          <ul key={group} className={classes.group}>
            {shown.map(({ path, title, nav }) => {
              const Icon = nav?.icon
              const isHere = [path, ...(nav?.covers ?? [])].some((each) => isBelow(pathname, each))
              return (
                <li key={path}>
                  <ScopedLink
                    to={path}
                    className={classes.link ?? ''}
                    {...(isHere && { 'aria-current': 'page' })}
                  >
                    {Icon && <Icon size={16} strokeWidth={1.75} aria-hidden />}
                    {title}
                  </ScopedLink>
                </li>
              )
            })}
          </ul>
        )
      })}
    </nav>
  )
}

function isBelow(pathname: string, path: string): boolean {
  return path === '/' ? pathname === '/' : `${pathname}/`.startsWith(`${path}/`)
}
