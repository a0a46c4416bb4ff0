import { dayOrHour, type RangeName, rangeOf, ranges, rangeWords } from '../features/reports/range.ts'
import { Bounces } from '../features/returns/bounces.tsx'
import { StopRecipient } from '../features/returns/stop-recipient.tsx'
import { StoppedList } from '../features/returns/stopped-list.tsx'
import { LinkTabs, useWith } from '../ui/link-tabs.tsx'
import { useNow } from '../ui/moment.tsx'
import { PageHead } from '../ui/page-head.tsx'
import { ScopedLink } from '../ui/scoped-link.tsx'
import { useFilters } from '../ui/use-filters.ts'

const filters = [
  { name: 'list', label: 'List' },
  { name: 'range', label: 'Time' },
]
const minuteMs = 60_000

/** Mail to the world that came back: why, and to whom mail is stopped for it. */
export function Page() {
  const { list, range: asked } = useFilters(filters).values
  const to = useWith()
  const isStopped = list === 'recipients'
  return (
    <>
      <PageHead
        title="Returned mail"
        text={
          isStopped
            ? 'Recipients that mail of yours does not go to for a while. It comes back at once, with the reason.'
            : 'What receivers said of mail that you sent, and what it means.'
        }
        actions={
          isStopped ? (
            <StopRecipient />
          ) : (
            <ScopedLink to="/messages?state=returned">Returned messages, to send again</ScopedLink>
          )
        }
      />
      <LinkTabs
        label="Returned mail"
        tabs={[
          { label: 'Why mail comes back', to: to('list', ''), isHere: !isStopped },
          { label: 'Stopped recipients', to: to('list', 'recipients'), isHere: isStopped },
        ]}
      />
      {isStopped ? <StoppedList /> : <Past asked={asked} />}
    </>
  )
}

function Past({ asked }: { readonly asked: string | undefined }) {
  const name: RangeName = ranges.find((each) => each === asked) ?? 'day'
  const now = Math.floor(useNow() / minuteMs) * minuteMs
  const to = useWith()
  return (
    <>
      <LinkTabs
        label="Time"
        tabs={ranges.map((each) => ({
          label: rangeWords[each],
          to: to('range', each === 'day' ? '' : each),
          isHere: each === name,
        }))}
      />
      <Bounces range={rangeOf(name, now)} formatAt={dayOrHour} />
    </>
  )
}
