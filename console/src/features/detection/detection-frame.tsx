import type { ReactNode } from 'react'
import { LinkTabs } from '../../ui/link-tabs.tsx'
import { PageHead } from '../../ui/page-head.tsx'

const tabs = [
  ['/definitions', 'definitions'],
  ['/definitions/lists', 'outside lists'],
  ['/definitions/feeds', 'feeds'],
] as const

/** What the pages about deciding share. */
export function DetectionFrame({
  here,
  text,
  children,
}: {
  readonly here: (typeof tabs)[number][0]
  readonly text: ReactNode
  readonly children: ReactNode
}) {
  return (
    <>
      <PageHead title="Detection" text={text} />
      <LinkTabs
        label="Parts of detection"
        tabs={tabs.map(([to, label]) => ({ label, to, isHere: to === here }))}
      />
      {children}
    </>
  )
}
