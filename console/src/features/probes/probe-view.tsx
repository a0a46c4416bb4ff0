import { type ProbeLine, routes, type Static } from '@mailkeep/contract'
import { useAnswer } from '../../session/use-answer.ts'
import { Answered } from '../../ui/answered.tsx'
import { Chart } from '../../ui/chart.tsx'
import { formatDuration } from '../../ui/format-time.ts'
import { Moment } from '../../ui/moment.tsx'
import { PlainTable } from '../../ui/plain-table.tsx'
import { Section } from '../../ui/section.tsx'
import { Mark } from '../../ui/state-mark.tsx'
import { resultLooks } from './probe-words.ts'

type Try = Static<typeof routes.probeTries.answer>['lines'][number]
const shown = 30

/** One path: how long its tries took, and the latest one by one. */
export function ProbeView({ component, path }: Pick<ProbeLine, 'component' | 'path'>) {
  const answer = useAnswer(routes.probeTries, { query: { component, path, limit: 240 } }, { every: 15_000 })
  return (
    <Answered answer={answer} lines={8}>
      {({ lines }) => (
        <div className="mk-stack">
          <Chart
            title="How long it took"
            text="a gap is a try that failed, or one that nobody heard of"
            kind="lines"
            series={[{ key: 'took', label: 'there and back', tone: 'wait' }]}
            points={lines.toReversed().map(({ at, tookMs, result }) => ({
              at,
              values: { took: result === 'ok' ? tookMs : null },
            }))}
            formatValue={formatDuration}
          />
          <Latest tries={lines.slice(0, shown)} />
        </div>
      )}
    </Answered>
  )
}

function Latest({ tries }: { readonly tries: readonly Try[] }) {
  return (
    <Section title="Latest tries" text="newest first">
      {tries.length === 0 ? (
        <p className="mk-soft">None is kept of the last day: nothing is known of it.</p>
      ) : (
        <PlainTable
          label="Latest tries"
          heads={['When', 'Result', { label: 'Took', isNumber: true }, 'Stages', 'Seen']}
          rows={tries.map(({ at, result, tookMs, stage, steps, words }, index) => ({
            key: `${at} ${index}`,
            cells: [
              <Moment key="at" at={at} form="clock" />,
              <Mark key="result" tone={resultLooks[result].tone}>
                {resultLooks[result].word}
              </Mark>,
              tookMs === null ? 'no end' : formatDuration(tookMs),
              steps.map((each) => `${each.stage} ${formatDuration(each.tookMs)}`).join(', '),
              [stage !== null && `stopped at ${stage}`, words].filter(Boolean).join('; '),
            ],
          }))}
        />
      )}
    </Section>
  )
}
