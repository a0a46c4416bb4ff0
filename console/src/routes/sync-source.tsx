import { routes, type SyncSource } from '@mailkeep/contract'
import { useParams } from 'react-router'
import { EditSource } from '../features/sync/edit-source.tsx'
import { PushAccess } from '../features/sync/push-access.tsx'
import { RunList } from '../features/sync/run-list.tsx'
import { RunView } from '../features/sync/run-view.tsx'
import { SourceActions } from '../features/sync/source-actions.tsx'
import { SourceFacts, SourceText } from '../features/sync/source-facts.tsx'
import { useAnswer } from '../session/use-answer.ts'
import { Answered } from '../ui/answered.tsx'
import { LinkTabs } from '../ui/link-tabs.tsx'
import { PageHead } from '../ui/page-head.tsx'
import { Section } from '../ui/section.tsx'
import { type Filters, useFilters } from '../ui/use-filters.ts'

const everyMs = 3000
const named = ['run', 'part', 'kind', 'text'].map((name) => ({ name, label: name }))

/** One source: how it stands, what a run did or would do, its runs, its settings. */
export function Page() {
  const { id = '' } = useParams()
  const found = useAnswer(routes.syncSource, { params: { id } }, { every: everyMs })
  const filters = useFilters(named)
  const source = found.value
  return (
    <>
      <PageHead
        title={source?.name ?? 'Source of people'}
        back={{ to: '/sync', label: 'User sync' }}
        text={source && <SourceText source={source} />}
        actions={source && <SourceActions source={source} />}
      />
      <Answered answer={found}>{(value) => <Parts source={value} filters={filters} />}</Answered>
    </>
  )
}

function Parts({ source, filters }: { readonly source: SyncSource; readonly filters: Filters }) {
  const { run, part = run ? 'run' : 'runs' } = filters.values
  const path = `/sync/${source.id}`
  return (
    <>
      <SourceFacts source={source} shownRun={part === 'run' ? run : undefined} />
      <LinkTabs
        label="Parts of the source"
        tabs={[
          ...(run ? [{ label: 'Differences', to: `${path}?run=${run}`, isHere: part === 'run' }] : []),
          { label: 'Runs', to: `${path}?part=runs`, isHere: part === 'runs' },
          ...(source.kind === 'scim'
            ? [{ label: 'Address and tokens', to: `${path}?part=push`, isHere: part === 'push' }]
            : []),
          { label: 'Settings', to: `${path}?part=settings`, isHere: part === 'settings' },
        ]}
      />
      {part === 'runs' && <RunList source={source.id} />}
      {part === 'push' && <PushAccess source={source} />}
      {part === 'settings' && (
        <Section title="What is asked of it">
          <EditSource key={source.id} source={source} />
        </Section>
      )}
      {part === 'run' && run && <RunView source={source} id={run} filters={filters} />}
    </>
  )
}
