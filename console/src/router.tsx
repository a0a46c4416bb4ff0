import { Loader } from '@mantine/core'
import { useEffect, useState } from 'react'
import { createBrowserRouter, Outlet, type RouteObject, ScrollRestoration, useRouteError } from 'react-router'
import type { Page } from './features/shell/page.ts'
import { Shell } from './features/shell/shell.tsx'
import { useShowsPeople } from './session/people-scope.ts'
import { useMay, useMe, WhoAsks } from './session/who.tsx'
import { Lines } from './ui/answered.tsx'
import { PageFault } from './ui/error-boundary.tsx'
import { Empty, FaultNote, FirstManager, Forbidden } from './ui/notes.tsx'
import { PageHead } from './ui/page-head.tsx'
import { ScopedLink } from './ui/scoped-link.tsx'

/** Joins the pages to their addresses; each is loaded when it is first looked at. */
export function createRouter(pages: readonly Page[]): ReturnType<typeof createBrowserRouter> {
  const children: RouteObject[] = pages.map(({ path, title, right, ofPeople = false, load }) => ({
    path,
    element: <Allowed right={right} title={title} ofPeople={ofPeople} />,
    errorElement: <Failed />,
    children: [
      {
        index: true,
        lazy: async () => ({ Component: (await load()).Page }),
        errorElement: <Failed />,
        hydrateFallbackElement: <Lines count={6} />,
      },
    ],
  }))
  return createBrowserRouter([
    {
      element: <Frame pages={pages} />,
      errorElement: <Failed />,
      hydrateFallbackElement: <Starting />,
      children: [...children, { path: '*', element: <NoSuchPage /> }],
    },
  ])
}

function Frame({ pages }: { readonly pages: readonly Page[] }) {
  return (
    <WhoAsks waiting={<Starting />} failed={(fault, again) => <FaultNote fault={fault} again={again} />}>
      <Shell pages={pages}>
        <Outlet />
      </Shell>
      <ScrollRestoration />
    </WhoAsks>
  )
}

function Allowed({ right, title, ofPeople }: Pick<Page, 'right' | 'title'> & { readonly ofPeople: boolean }) {
  const { who } = useMe()
  const may = useMay(right)
  const showsPeople = useShowsPeople()
  if (may && !ofPeople && showsPeople)
    return (
      <>
        <PageHead title={title} />
        <NotOfPeople />
      </>
    )
  if (may) return <Outlet />
  return (
    <>
      <PageHead title={title} />
      {who === 'machine' ? <FirstManager /> : <Forbidden />}
    </>
  )
}

/** A page that counts or sets what belongs to whole domains. */
function NotOfPeople() {
  return (
    <Empty title="Not for groups and people" action={<ScopedLink to="/messages">Their messages</ScopedLink>}>
      This page is of tenants and domains; choose one of these as the scope. Mail, quarantine, held mail,
      requests, what is reported, figures, people and policy are shown for groups and persons too.
    </Empty>
  )
}

/** Nothing for the first moment: what is there at once needs no sign that it is coming. */
function Starting() {
  const [isLate, setLate] = useState(false)
  useEffect(() => {
    const timer = window.setTimeout(() => setLate(true), 300)
    return () => window.clearTimeout(timer)
  }, [])
  return isLate ? <Loader size="sm" m="xl" aria-label="Loading" /> : null
}

function Failed() {
  return <PageFault fault={useRouteError() as Error} />
}

function NoSuchPage() {
  return <Empty title="There is no such page">The address may be old, or a letter may be missing.</Empty>
}
