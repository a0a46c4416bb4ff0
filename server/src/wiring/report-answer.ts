import type { Acceptance } from '#flow/spool/message-store.ts'
import { toPrintable, wrapWords } from '#ground/mail/printable-text.ts'
import type { Config } from '#ground/platform/config/settings.ts'
import { byClosing, type DueAnswer, type Report } from '#services/reports/report-store.ts'
import { composeOwnNotice } from './own-notice.ts'

/**
 * The mail that tells a reporter that a report was taken, or what became of it. It says only what the reporter knew
 * already: never the subject or the sender of a message, which a forged report might ask for.
 */
export function composeReportAnswer(
  { report, about, isStopped }: DueAnswer,
  { config, fromName = '' }: { readonly config: Config; readonly fromName?: string },
  now: number,
): Acceptance {
  const words = about === 'taken' ? wordsTaken(report) : isStopped ? stopped : wordsDecided(report)
  const named =
    report.headerMessageId === '' ? [] : ['', `Message: ${toPrintable(report.headerMessageId, 500)}`]
  const note = report.note === '' ? [] : ['', ...wrapWords(toPrintable(report.note, 1000), 72)]
  const acceptance = composeOwnNotice(
    {
      to: report.reporter,
      tenant: report.tenant,
      subject: isClosed(report)
        ? 'Nobody has decided on your report'
        : subjects[isStopped ? 'refused' : report.outcome],
      lines: ['Hello,', '', ...wrapWords(words, 72), ...note, ...named, '', `Report: ${report.id}`],
      fromName,
      facts: { answerTo: report.id },
      kind: 'auto-replied',
    },
    config,
    now,
  )
  return { ...acceptance, answers: { report: report.id, about } }
}

const subjects: Readonly<Record<Report['outcome'], string>> = {
  '': 'Your report has arrived',
  noted: 'Your report was right',
  released: 'Your report was right: the message is on its way',
  refused: 'Your report was looked at',
  'not-found': 'Your report could not be matched to a message',
  'too-many': 'Too many reports today',
}

const stopped =
  'the message that you reported was released from quarantine, and stopped before it left: it was scanned once more, and something dangerous was found in it. It stays in quarantine.'

function wordsTaken({ kind, foundState }: Report): string {
  if (kind === 'missed-spam')
    return 'thank you for reporting a message as unwanted. It will be looked at, and you will hear what becomes of it.'
  const asked =
    foundState === 'quarantined' ? ' Your administrators have been asked to release it to you.' : ''
  return `thank you for reporting a message that was taken for bad.${asked} You will hear what becomes of it.`
}

const isClosed = ({ decidedBy }: Report) => decidedBy === byClosing

function wordsDecided(report: Report): string {
  const { kind, outcome } = report
  if (isClosed(report))
    return 'nobody has decided on the message that you reported, and it stays where it is. If it still matters to you, please speak to your administrator.'
  switch (outcome) {
    case 'released':
      return 'the message that you reported has been released from quarantine and is on its way to you.'
    case 'refused':
      return kind === 'missed-spam'
        ? 'the message that you reported was looked at, and is not taken for unwanted mail.'
        : 'the message that you reported was looked at, and stays where it is.'
    case 'not-found':
      return 'among the mail that came in for you, no message was found that your report names. Please forward the message as an attachment, from the address that got it.'
    case 'too-many':
      return 'you have sent so many reports today that further ones are only counted. Please speak to your administrator.'
    default:
      return 'the message that you reported was looked at, and you were right. It will help to judge such mail better.'
  }
}
