import { type QuarantineManyOrder, routes } from '@mailkeep/contract'
import { quarantineFilters } from '../features/quarantine/quarantine-filters.ts'
import { QuarantineList } from '../features/quarantine/quarantine-list.tsx'
import { useAnswer } from '../session/use-answer.ts'
import { Figure, Figures } from '../ui/figure.tsx'
import { FilterBar } from '../ui/filter-bar.tsx'
import { formatCount } from '../ui/format-number.ts'
import { LinkTabs, useWith } from '../ui/link-tabs.tsx'
import { Moment } from '../ui/moment.tsx'
import { PartlyMissing } from '../ui/notes.tsx'
import { PageHead } from '../ui/page-head.tsx'
import { useFilters } from '../ui/use-filters.ts'
import classes from './quarantine.module.css'

const search = { name: 'subject', label: 'Search quarantine', placeholder: 'Words of the subject' }

/** Mail that is set aside, of everybody in reach. */
export function Page() {
  const state = useFilters(quarantineFilters)
  const summary = useAnswer(routes.quarantineSummary, {}, { every: 30_000 })
  const figures = summary.value?.figures.value ?? undefined
  // Unknown where there was no answer: a sign of waiting that never ends would be a lie.
  const none = summary.fault ? null : undefined
  const missing = summary.value?.figures.missing
  const to = useWith()
  const { reason } = state.values
  return (
    <>
      <PageHead title="Quarantine" completeUpTo={summary.value?.completeUpTo} />
      {missing ? (
        <PartlyMissing missing={missing} what="Figures of quarantine are" />
      ) : (
        <div className={classes.figures}>
          <Figures>
            <Figure
              label="set aside"
              value={figures?.deliveries ?? none}
              {...((figures?.deliveries ?? 0) > 0 && { tone: 'aside' as const })}
              hint={
                figures?.oldest && (
                  <>
                    oldest <Moment at={figures.oldest} />
                  </>
                )
              }
            />
            <Figure
              label="deleted within 24 hours"
              value={figures?.leavesIn24Hours ?? none}
              hint={figures && `each after ${formatCount(figures.keptDays)} days, or as policy says`}
            />
            <Figure label="deleted within 7 days" value={figures?.leavesIn7Days ?? none} />
          </Figures>
        </div>
      )}
      <FilterBar filters={quarantineFilters} state={state} search={search} />
      <LinkTabs
        label="Mail in quarantine by reason"
        tabs={[
          { label: 'all', to: to('reason', ''), isHere: reason === undefined },
          ...(figures?.reasons ?? []).slice(0, 8).map((each) => ({
            label: each.reason.replaceAll('-', ' '),
            to: to('reason', each.reason),
            isHere: reason === each.reason,
            count: formatCount(each.deliveries),
          })),
        ]}
      />
      <QuarantineList
        conditions={
          state.values as Omit<QuarantineManyOrder['selection'], 'messageIds' | 'lines' | 'exceptLines'>
        }
        showsTenant={(figures?.tenants.length ?? 0) > 1}
      />
    </>
  )
}
