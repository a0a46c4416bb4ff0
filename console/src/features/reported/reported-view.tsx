import type { ReportView } from '@mailkeep/contract'
import { Address } from '../../ui/address.tsx'
import { Facts } from '../../ui/facts.tsx'
import { Moment } from '../../ui/moment.tsx'
import { ScopedLink } from '../../ui/scoped-link.tsx'
import { Section } from '../../ui/section.tsx'
import classes from './reported.module.css'
import { kindWords, ReportMark } from './reported-columns.tsx'

/** One report: what is said, of which message, and what was thought of it then. */
export function ReportedView({ report }: { readonly report: ReportView }) {
  return (
    <div className="mk-stack">
      <Section title="What was said">
        <Said report={report} />
      </Section>
      <Section title="The message">
        <Message report={report} />
      </Section>
    </div>
  )
}

function Said({ report }: { readonly report: ReportView }) {
  const { kind, reporter, isProven, reportedAt, lastAt, times, note, decidedAt, decidedBy } = report
  return (
    <Facts
      facts={[
        ['State', <ReportMark key="state" report={report} />],
        ['Says', kindWords[kind]],
        [
          'Reported by',
          <>
            <Address value={reporter} />
            {!isProven && <span className="mk-soft"> not proven: the mail that reports may be forged</span>}
          </>,
        ],
        ['Reported', <Moment key="at" at={reportedAt} />],
        times > 1 && [
          'Said again',
          <>
            {times} times, last <Moment at={lastAt} />
          </>,
        ],
        decidedAt !== null &&
          decidedBy !== '' && [
            'Answered',
            <>
              <Moment at={decidedAt} /> by <bdi>{decidedBy}</bdi>
            </>,
          ],
        note !== '' && ['The reporter read', <bdi key="note">“{note}”</bdi>],
      ]}
    />
  )
}

function Message({ report }: { readonly report: ReportView }) {
  const { messageId, headerMessageId, subject, mailFrom, headerFrom, rcptTo, verdict, score } = report
  const { foundState, mailState, versions } = report
  const findings = report.findings.filter(({ weight }) => weight !== 0)
  if (messageId === null)
    return (
      <p>
        Among what came in for the reporter no message was found that the report names
        {headerMessageId !== '' && (
          <>
            : <code>{headerMessageId}</code>
          </>
        )}
        .
      </p>
    )
  return (
    <Facts
      facts={[
        [
          'Subject',
          <ScopedLink key="subject" to={`/messages/${messageId}`}>
            <bdi>{subject === '' ? '(no subject)' : subject}</bdi>
          </ScopedLink>,
        ],
        ['Sender', <Address key="sender" value={mailFrom} none="a notice" />],
        headerFrom !== '' && ['From', <bdi key="from">{headerFrom}</bdi>],
        rcptTo !== null && ['For', <Address key="for" value={rcptTo} />],
        ['When reported', `${foundState}, taken for ${verdict}, score ${score}`],
        ['Now', mailState === 'forgotten' ? 'kept no more' : mailState],
        findings.length > 0 && [
          'Why',
          <span key="why" className={classes.findings}>
            {findings.map(({ code, weight }) => (
              <span key={code}>
                <code>{code}</code> {weight}
              </span>
            ))}
          </span>,
        ],
        Object.keys(versions).length > 0 && [
          'Judged by',
          Object.entries(versions)
            .map(([name, version]) => `${name} ${version}`)
            .join(', '),
        ],
      ]}
    />
  )
}
