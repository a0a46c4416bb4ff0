import type { ReviewLine } from '#services/review/review-store.ts'
import { describeFindings } from '../answers/describe-findings.ts'

const byReason: Readonly<Record<string, string>> = {
  virus: 'A virus was found in it.',
  blocked: 'Its sender is on a block list.',
  unscanned: 'We could not check all of it. That is our limit, and no fault of the sender.',
  'dmarc-quarantine': 'The domain that it names as its sender does not stand for it.',
  'release-stopped':
    'It was let go, and before it left signs of phishing were found in it that nobody had known of.',
  policy: 'A rule of your organisation sets such mail aside.',
}

const byVerdict: Readonly<Record<string, string>> = {
  spam: 'It looks like unwanted mail.',
  phishing: 'It looks as if it were after your passwords or your money.',
  spoof: 'Its sender may be somebody else than it says.',
  bulk: 'It looks like mass mail.',
  virus: 'A virus was found in it.',
}

/** Why a message waits, in plain words; the finding that weighs most comes behind. */
export function whyInWords({ reason, verdict, findings }: ReviewLine): string {
  const plain = byReason[reason] ?? byVerdict[verdict] ?? 'It was set aside.'
  const first = describeFindings(findings).find((each) => each.weight > 0 || each.proposal !== null)
  return first && first.text !== '' && !(reason in byReason && reason !== 'policy')
    ? `${plain} ${sentence(first.text)}`
    : plain
}

/** Who has written a message, as people read it: an address without a name stands without the brackets of its field. */
export function authorOf({ headerFrom, mailFrom }: Pick<ReviewLine, 'headerFrom' | 'mailFrom'>): string {
  return headerFrom.replace(/^<([^<>]+)>$/, '$1') || mailFrom || 'no sender'
}

/** Whether what was found says that its sender is forged. */
export function isForged({ findings, verdict }: ReviewLine): boolean {
  return verdict === 'spoof' || findings.some((each) => (each as { kind?: unknown }).kind === 'spoof')
}

function sentence(text: string): string {
  const cut = text.length > 240 ? `${text.slice(0, 240)}…` : text
  return `${cut.charAt(0).toUpperCase()}${cut.slice(1)}${/[.!?…]$/.test(cut) ? '' : '.'}`
}
