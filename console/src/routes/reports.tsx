import { routes } from '@mailkeep/contract'
import { Button } from '@mantine/core'
import { Download, Printer } from 'lucide-react'
import { addressOf } from '../api/ask.ts'
import { monthOf, type RangeName, rangeOf, ranges, rangeWords } from '../features/reports/range.ts'
import { DmarcPart, Report, Tops } from '../features/reports/report.tsx'
import classes from '../features/reports/reports.module.css'
import { useScope } from '../session/scope.ts'
import { useAnswer } from '../session/use-answer.ts'
import { LinkTabs, useWith } from '../ui/link-tabs.tsx'
import { useNow } from '../ui/moment.tsx'
import { PageHead } from '../ui/page-head.tsx'
import { useFilters } from '../ui/use-filters.ts'

const filters = [{ name: 'range', label: 'Time' }]
const minuteMs = 60_000

/** What happened to mail in a stretch of time; prints as a month's report. */
export function Page() {
  const asked = useFilters(filters).values.range
  const name: RangeName = ranges.find((each) => each === asked) ?? 'day'
  // A minute at a time: each second would be another question.
  const now = Math.floor(useNow() / minuteMs) * minuteMs
  const range = rangeOf(name, now)
  const answer = useAnswer(routes.statistics, { query: { ...range } }, { every: minuteMs })
  const scope = useScope()
  const to = useWith()
  const csv = addressOf(routes.statisticsCsv, {}, { ...range, ...(scope !== null && { scope }) })
  return (
    <>
      <PageHead
        title="Reports"
        completeUpTo={answer.value?.completeUpTo}
        text={
          <span className={classes.printed}>
            {scope?.replace(/^(tenant|domain|group|user):/, '') ?? 'All that is in reach'},{' '}
            {name === 'month'
              ? monthOf(range.since)
              : `${rangeWords[name]} up to ${range.until.slice(0, 16).replace('T', ' ')} UTC`}
          </span>
        }
        actions={
          <span className={classes.bar}>
            <Button
              component="a"
              href={csv}
              variant="default"
              leftSection={<Download size={14} aria-hidden />}
            >
              CSV
            </Button>
            <Button
              variant="default"
              leftSection={<Printer size={14} aria-hidden />}
              onClick={() => window.print()}
            >
              Print
            </Button>
          </span>
        }
      />
      <LinkTabs
        label="Time"
        tabs={ranges.map((each) => ({
          label: rangeWords[each],
          to: to('range', each === 'day' ? '' : each),
          isHere: each === name,
        }))}
      />
      <div className={classes.stack}>
        <Report answer={answer} range={range} />
        <Tops range={range} />
        <DmarcPart range={range} />
      </div>
    </>
  )
}
