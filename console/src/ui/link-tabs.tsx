import { useSearchParams } from 'react-router'
import { readable } from '../session/scope.ts'
import classes from './link-tabs.module.css'
import { ScopedLink } from './scoped-link.tsx'

export interface LinkTab {
  readonly label: string
  readonly to: string
  readonly isHere: boolean
  readonly count?: string | undefined
}

/** Tabs with addresses of their own, so that each can be sent to somebody. Where a line has no room, there are two. */
export function LinkTabs({ label, tabs }: { readonly label: string; readonly tabs: readonly LinkTab[] }) {
  return (
    <nav className={classes.tabs} aria-label={label}>
      {tabs.map(({ label: word, to, isHere, count }) => (
        <ScopedLink
          key={to}
          to={to}
          className={classes.tab ?? ''}
          {...(isHere && { 'aria-current': 'page' })}
        >
          {word}
          {count !== undefined && <span className={classes.count}>{count}</span>}
        </ScopedLink>
      ))}
    </nav>
  )
}

/** The present address with one filter set otherwise; empty: without it. What is listed then is another list. */
export function useWith(): (name: string, value: string) => string {
  const [parameters] = useSearchParams()
  return (name, value) => {
    const next = new URLSearchParams(parameters)
    if (value === '') next.delete(name)
    else next.set(name, value)
    return `?${readable(next)}`
  }
}
