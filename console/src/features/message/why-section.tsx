import type { Trace, TracedFinding } from '@mailkeep/contract'
import { Facts } from '../../ui/facts.tsx'
import { Section } from '../../ui/section.tsx'
import { Mark, type Tone } from '../../ui/state-mark.tsx'
import { Unfold } from '../../ui/unfold.tsx'
import classes from './message.module.css'

/** Why: what the checks found, what asked for something first, then by weight; and what would have changed it. */
export function WhySection({ trace }: { readonly trace: Trace }) {
  const { findings, score, tolerance, verdict, changes } = trace
  return (
    <Section
      title="Why"
      text={
        <>
          {verdict !== '' && `verdict ${verdict}, `}score {score}
          {tolerance !== null && ` of ${tolerance}`}
        </>
      }
    >
      {tolerance !== null && <Scale score={score} tolerance={tolerance} />}
      {findings.length === 0 ? (
        <p className="mk-soft">No check has said anything: it was decided before a message was there.</p>
      ) : (
        <ul className={classes.findings}>
          {findings.map((finding) => (
            <li key={`${finding.check} ${finding.code} ${finding.text}`}>
              <Finding finding={finding} />
            </li>
          ))}
        </ul>
      )}
      {changes.length > 0 && (
        <>
          <h3 className={classes.changesTitle}>What would have changed the outcome</h3>
          <ul className={classes.changes}>
            {changes.map((each) => (
              <li key={each}>
                <bdi>{each}</bdi>
              </li>
            ))}
          </ul>
        </>
      )}
    </Section>
  )
}

/** How far the score is from where mail is set aside. */
function Scale({ score, tolerance }: { readonly score: number; readonly tolerance: number }) {
  const most = Math.max(score, tolerance, 1) * 1.15
  const share = (value: number) => `${(100 * Math.max(0, value)) / most}%`
  const tone: Tone = score >= tolerance ? 'aside' : 'good'
  return (
    <div
      className={classes.scale}
      role="img"
      aria-label={`Score ${score}; mail is set aside from ${tolerance} on`}
    >
      <div className={classes.score} data-tone={tone} style={{ width: share(score) }} />
      <div className={classes.limit} style={{ left: share(tolerance) }} />
    </div>
  )
}

function Finding({ finding }: { readonly finding: TracedFinding }) {
  const { check, code, weight, text, proposal, evidence } = finding
  const line = (
    <span className={classes.finding}>
      <span className={classes.weight} data-for={weight > 0 ? 'more' : weight < 0 ? 'less' : 'none'}>
        {weight > 0 && '+'}
        {weight}
      </span>
      <span>
        {text}{' '}
        {proposal !== null && <Mark tone={proposal === 'reject' ? 'bad' : 'aside'}>asked to {proposal}</Mark>}{' '}
        <code className={classes.code}>
          {check}/{code}
        </code>
      </span>
    </span>
  )
  if (evidence.length === 0) return <div className={classes.plainFinding}>{line}</div>
  return (
    <Unfold summary={line}>
      <Facts
        facts={evidence.map(
          ({ name, value }) =>
            [
              name,
              <bdi key={name} className="mk-code">
                {value}
              </bdi>,
            ] as const,
        )}
      />
    </Unfold>
  )
}

const resultTones: Readonly<Record<string, Tone>> = { pass: 'good', fail: 'bad', softfail: 'aside' }

/** Who it is from, as far as that can be proved; and what the checks took. */
export function ProofSection({ trace }: { readonly trace: Trace }) {
  const { authentication, timings, versions } = trace
  if (authentication.length + timings.length + versions.length === 0) return null
  return (
    <Section title="Authentication and checks">
      {authentication.length > 0 && (
        <div className={classes.scroll}>
          <table className={classes.table}>
            <thead>
              <tr>
                <th scope="col">Method</th>
                <th scope="col">Result</th>
                <th scope="col">Domain</th>
                <th scope="col">Detail</th>
              </tr>
            </thead>
            <tbody>
              {authentication.map(({ method, result, domain, detail }) => (
                <tr key={`${method} ${domain} ${detail}`}>
                  <th scope="row">{method}</th>
                  <td>
                    <Mark tone={resultTones[result] ?? 'none'}>{result}</Mark>
                  </td>
                  <td>
                    <bdi className="mk-code">{domain}</bdi>
                  </td>
                  <td>
                    <bdi>{detail}</bdi>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <p className="mk-soft">
        {timings.length > 0 &&
          `Took ${timings.map(({ check, tookMs }) => `${check} ${tookMs.toFixed(1)} ms`).join(', ')}. `}
        {versions.length > 0 &&
          `Decided by ${versions.map(({ name, version }) => `${name} ${version}`).join(', ')}.`}
      </p>
    </Section>
  )
}
