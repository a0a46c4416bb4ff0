import type { Overview } from '@mailkeep/contract'
import { useMemo } from 'react'
import { FlowChart } from '../features/home/flow-chart.tsx'
import { HomeView, useOverview } from '../features/home/home-view.tsx'
import { MessageList, useNewest } from '../features/messages/message-list.tsx'
import { rangeOf } from '../features/reports/range.ts'
import { VolumeChart } from '../features/reports/volume-chart.tsx'
import { Answered } from '../ui/answered.tsx'
import { Choice } from '../ui/choice.tsx'
import { FaultNote } from '../ui/notes.tsx'
import { OneFault } from '../ui/one-fault.tsx'
import { PageHead } from '../ui/page-head.tsx'
import { ScopedLink } from '../ui/scoped-link.tsx'
import { Section } from '../ui/section.tsx'
import { useFilters } from '../ui/use-filters.ts'

const times = [
  { value: 'hour', label: '1 h', title: 'Last 60 minutes' },
  { value: 'day', label: '24 h', title: 'Last 24 hours' },
  { value: '7-days', label: '7 d', title: 'Last 7 days' },
] as const
const filters = [{ name: 'time', label: 'Time' }]

/** The first page: is all well, what needs me? */
export function Page() {
  const overview = useOverview()
  return (
    <OneFault>
      <PageHead title="Home" completeUpTo={overview.value?.completeUpTo} ofIndex />
      {overview.value === undefined && overview.fault ? (
        <div className="mk-stack">
          <FaultNote fault={overview.fault} again={overview.again} />
          <NewestMessages />
        </div>
      ) : (
        <Answered answer={overview} lines={10}>
          {(value) => (
            <HomeView overview={value} flow={<Flow overview={value} />}>
              <NewestMessages />
            </HomeView>
          )}
        </Answered>
      )}
    </OneFault>
  )
}

/** How mail went: by the minute, the hour or the day; which one stands in the address. */
function Flow({ overview }: { readonly overview: Overview }) {
  const { values, set } = useFilters(filters)
  const { value: time, title } = times.find(({ value }) => value === values.time) ?? times[0]
  const since = useMemo(() => (time === 'hour' ? '' : rangeOf(time, Date.now()).since), [time])
  const choice = (
    <Choice
      label="Time that is shown"
      choices={times}
      value={time}
      onChange={(next) => set('time', next === 'hour' ? null : next)}
    />
  )
  if (time === 'hour') return <FlowChart overview={overview} actions={choice} />
  return (
    <VolumeChart
      title={title}
      text={time === 'day' ? 'what mail came to, by hour' : 'what mail came to, by day, UTC'}
      since={since}
      actions={choice}
    />
  )
}

function NewestMessages() {
  const found = useNewest(12)
  return (
    <Section title="Newest messages" actions={<ScopedLink to="/messages">All</ScopedLink>} isFlush>
      <MessageList list={found} isFiltered={false} isPart />
    </Section>
  )
}
