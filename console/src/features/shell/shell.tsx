import { Drawer } from '@mantine/core'
import { type ReactNode, useEffect, useState } from 'react'
import { useLocation, useNavigationType } from 'react-router'
import { ConfirmHost } from '../../ui/confirm.tsx'
import { ErrorBoundary } from '../../ui/error-boundary.tsx'
import { isFocusNowhere } from '../../ui/is-focus-nowhere.ts'
import { KeyHelp } from '../../ui/key-help.tsx'
import { listenToKeys } from '../../ui/keys.ts'
import { ConnectionLost } from './connection-lost.tsx'
import { Navigation } from './navigation.tsx'
import { OrderWaits } from './order-waits.tsx'
import type { Page } from './page.ts'
import { SearchDialog } from './search-dialog.tsx'
import classes from './shell.module.css'
import { TopBar } from './top-bar.tsx'
import { ViewBanner } from './view-banner.tsx'

/** What stands around every page: navigation, scope, search, who looks, and whether the server answers. */
export function Shell({
  pages,
  children,
}: {
  readonly pages: readonly Page[]
  readonly children: ReactNode
}) {
  const { pathname } = useLocation()
  const [isNavOpen, setNavOpen] = useState(false)
  const [isSearching, setSearching] = useState(false)
  useEffect(listenToKeys, [])
  // biome-ignore lint/correctness/useExhaustiveDependencies: a page that was chosen closes it
  useEffect(() => setNavOpen(false), [pathname])
  useFocusOnPage(pathname)
  return (
    <div className={classes.shell}>
      <a className={classes.skip} href="#main">
        Skip to the page
      </a>
      <TopBar onMenu={() => setNavOpen(true)} onSearch={() => setSearching(true)} />
      <aside className={classes.side}>
        <Navigation pages={pages} />
      </aside>
      <main id="main" className={classes.main} tabIndex={-1}>
        <ConnectionLost />
        <ViewBanner />
        <ErrorBoundary name={pathname}>{children}</ErrorBoundary>
      </main>
      <Drawer opened={isNavOpen} onClose={() => setNavOpen(false)} size={260} title="Mailkeep" padding="sm">
        <Navigation pages={pages} />
      </Drawer>
      <SearchDialog pages={pages} isOpen={isSearching} setOpen={setSearching} />
      <ConfirmHost />
      <OrderWaits />
      <KeyHelp />
    </div>
  )
}

/** After what led here is gone: a dialog gives the focus back first. */
const goneMs = 50

/** What was pressed to come to a page is often gone with the page before: keys then begin at this one, not at the top bar. */
function useFocusOnPage(pathname: string): void {
  const way = useNavigationType()
  // biome-ignore lint/correctness/useExhaustiveDependencies: another page, whichever way
  useEffect(() => {
    if (way === 'POP') return
    const timer = window.setTimeout(() => {
      if (isFocusNowhere()) document.getElementById('main')?.focus({ preventScroll: true })
    }, goneMs)
    return () => window.clearTimeout(timer)
  }, [pathname])
}
