import { type BouncesAnswer, routes } from '@mailkeep/contract'
import type { ReactNode } from 'react'
import { useAnswer } from '../../session/use-answer.ts'
import { Answered } from '../../ui/answered.tsx'
import { Chart, type Series } from '../../ui/chart.tsx'
import { Figure, Figures } from '../../ui/figure.tsx'
import { formatCount } from '../../ui/format-number.ts'
import { Empty } from '../../ui/notes.tsx'
import { ScopedLink } from '../../ui/scoped-link.tsx'
import { Section } from '../../ui/section.tsx'
import classes from './returns.module.css'

interface BouncesProps {
  readonly range: { readonly since: string; readonly until: string }
  readonly formatAt: (span: 'hour' | 'day') => (at: string) => string
}

const colors = ['var(--mk-bad)', 'var(--mk-aside)', 'var(--mk-wait)', 'var(--mk-good)', 'var(--mk-soft)']
const others = 'others'

/** Why mail to the world came back or was put off: by class in time, and by receiver. */
export function Bounces({ range, formatAt }: BouncesProps) {
  const answer = useAnswer(routes.statisticsBounces, { query: { ...range } }, { every: 60_000 })
  return (
    <Answered answer={answer} lines={10}>
      {(found) =>
        found.classes.length === 0 ? (
          <Empty title="Nothing came back in this time">
            Here will stand what receivers said of mail that was refused or put off, by what it means.
          </Empty>
        ) : (
          <Filled found={found} formatAt={formatAt(found.span)} />
        )
      }
    </Answered>
  )
}

function Filled({
  found,
  formatAt,
}: {
  readonly found: BouncesAnswer
  readonly formatAt: (at: string) => string
}) {
  const { classes: all, points } = found
  const sum = (key: 'returned' | 'deferred') => all.reduce((total, each) => total + each[key], 0)
  const shown = all.filter(({ returned }) => returned > 0).slice(0, colors.length)
  const names = shown.map((each) => each.class)
  const series: Series[] = [
    ...names.map((name, index) => ({ key: name, label: name, color: colors[index] ?? '' })),
    { key: others, label: others, color: 'var(--mk-none)' },
  ]
  return (
    <div className={classes.stack}>
      <Figures>
        <Figure
          label="came back"
          value={sum('returned')}
          {...(sum('returned') > 0 && { tone: 'bad' as const })}
        />
        <Figure label="tries put off" value={sum('deferred')} />
      </Figures>
      <Chart
        title="What came back, by class"
        text={found.span === 'day' ? 'by day, UTC' : 'by hour'}
        kind="bars"
        height={190}
        points={points.map((point) => ({ at: point.at, values: valuesOf(point.classes, names) }))}
        series={series}
        formatAt={formatAt}
      />
      <ClassTable found={found} />
      <ReceiverTable found={found} />
    </div>
  )
}

function valuesOf(
  counts: BouncesAnswer['points'][number]['classes'],
  names: readonly string[],
): Record<string, number> {
  const values: Record<string, number> = Object.fromEntries([...names, others].map((name) => [name, 0]))
  for (const each of counts) {
    const key = names.includes(each.class) ? each.class : others
    values[key] = (values[key] ?? 0) + each.returned
  }
  return values
}

function ClassTable({ found }: { readonly found: BouncesAnswer }) {
  const lines = found.classes.map((each) => ({
    ...each,
    key: each.class,
    name: <ScopedLink to={`/messages?class=${each.class}`}>{each.class}</ScopedLink>,
    about: (
      <>
        {each.meaning}
        {each.advice !== '' && <span className={classes.advice}>{each.advice}</span>}
      </>
    ),
  }))
  return <CountTable title="What it means" head={['Class', 'Meaning']} lines={lines} />
}

function ReceiverTable({ found }: { readonly found: BouncesAnswer }) {
  const lines = found.receivers.map((each) => ({
    ...each,
    key: `${each.receiver} ${each.class}`,
    name: each.receiver || 'others',
    about: each.class,
  }))
  return <CountTable title="Who said so" head={['Receiver', 'Class']} lines={lines} />
}

interface CountLine {
  readonly key: string
  readonly name: ReactNode
  readonly about: ReactNode
  readonly returned: number
  readonly deferred: number
}

function CountTable({
  title,
  head,
  lines,
}: {
  readonly title: string
  readonly head: readonly [string, string]
  readonly lines: readonly CountLine[]
}) {
  return (
    <Section title={title}>
      <table className={classes.table}>
        <thead>
          <tr>
            {[...head, 'Came back', 'Put off'].map((label) => (
              <th key={label} scope="col">
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {lines.map(({ key, name, about, returned, deferred }) => (
            <tr key={key}>
              <td>{name}</td>
              <td>{about}</td>
              <td>{formatCount(returned)}</td>
              <td>{formatCount(deferred)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  )
}
