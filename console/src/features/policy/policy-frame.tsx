import type { ReactNode } from 'react'
import { Lines } from '../../ui/answered.tsx'
import { LinkTabs } from '../../ui/link-tabs.tsx'
import { PageHead } from '../../ui/page-head.tsx'
import { LevelBar } from './level-bar.tsx'
import { toPolicy, useLevel } from './use-level.ts'

const tabs = [
  ['', 'settings'],
  ['/lists', 'allow and block lists'],
  ['/rules', 'rules'],
  ['/trials', 'trials'],
  ['/versions', 'versions'],
] as const

/** What the pages of policy share: the level that they are about, and the way between them. */
export function PolicyFrame({
  here,
  actions,
  children,
}: {
  readonly here: (typeof tabs)[number][0]
  readonly actions?: (level: string) => ReactNode
  readonly children: (level: string) => ReactNode
}) {
  const level = useLevel()
  return (
    <>
      <PageHead title="Policy" actions={level !== null && actions?.(level)} />
      {level === null ? (
        <Lines count={6} />
      ) : (
        <>
          <LevelBar level={level} />
          <LinkTabs
            label="Parts of policy"
            tabs={tabs.map(([page, label]) => ({ label, to: toPolicy(page, level), isHere: page === here }))}
          />
          {/* What is typed for one level must not be saved at another. */}
          <div key={level}>{children(level)}</div>
        </>
      )}
    </>
  )
}
