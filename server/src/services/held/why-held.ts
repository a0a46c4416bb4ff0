const byReason: Readonly<Record<string, string>> = {
  virus: 'A virus was found in it.',
  blocked: 'It is for an address, or from one, that your organisation blocks.',
  unscanned: 'We could not check all of it.',
  'dmarc-quarantine': 'The domain that it names as its author does not stand for it.',
  policy: 'A rule of your organisation holds such mail.',
  'sender-suspended': 'Sending by this mailbox is suspended.',
}

const byVerdict: Readonly<Record<string, string>> = {
  spam: 'It looks like unwanted mail.',
  phishing: 'It looks as if it were after passwords or money.',
  spoof: 'Its author may be somebody else than it says.',
  bulk: 'It looks like mass mail.',
  virus: 'A virus was found in it.',
}

const longest = 240

/** Why a message of somebody's is held, in plain words; what weighs most of what was found comes behind. */
export function whyHeld({
  reason,
  verdict,
  findings,
}: {
  readonly reason: string
  readonly verdict: string
  readonly findings: readonly object[]
}): string {
  const plain = byReason[reason] ?? byVerdict[verdict] ?? 'It was found suspicious.'
  const first = (findings as readonly Finding[])
    .filter((each) => typeof each.text === 'string' && each.text !== '')
    .sort((a, b) => Number(b.weight ?? 0) - Number(a.weight ?? 0))
    .find((each) => Number(each.weight ?? 0) > 0 || each.proposal !== undefined)
  return first?.text ? `${plain} ${sentence(first.text)}` : plain
}

interface Finding {
  readonly text?: string
  readonly weight?: number
  readonly proposal?: string
}

function sentence(text: string): string {
  const cut = text.length > longest ? `${text.slice(0, longest)}…` : text
  return `${cut.charAt(0).toUpperCase()}${cut.slice(1)}${/[.!?…]$/.test(cut) ? '' : '.'}`
}
