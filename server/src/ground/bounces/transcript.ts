/** What a server said in a conversation that a bounce tells word by word. */
export interface SaidReply {
  /** A point of the conversation, as `phaseOf` has them. */
  readonly phase: string
  /** All lines of it as one. */
  readonly text: string
}

/** The conversation that sendmail puts into its bounces, and Postfix into notes to its postmaster. */
export interface Transcript {
  /** Refusals and deferrals of the other server. */
  readonly said: readonly SaidReply[]
  /** The reporting server's own words, about a recipient (lower case) or, null, about all of them. */
  readonly own: readonly { readonly address: string | null; readonly text: string }[]
  /** Recipients that were named to the server. */
  readonly recipients: readonly string[]
  /** Neither: what a program wrote, and what becomes of the mail. */
  readonly rest: string
}

const mostEntries = 200
const command = /^\s{0,4}(?:>>>|In:)\s{1,8}(\S.*)$/
const reply = /^\s{0,4}(?:<<<|Out:)\s{1,8}([245]\d\d(?:[ -].*)?)$/
const aboutRecipient = /^(?:[245]\d\d (?:\d\.\d{1,3}\.\d{1,3} )?)?<?([^\s<>]{1,320}?)>?\.\.\. (\S.*)$/
const named = /^rcpt\s+to:\s*<([^<>\s]{1,320})>/i
const needsRecipient = /^(?:503|554)\b.*(?:\brcpt\b|\brecipients?\b)/i
const commandPhases: Readonly<Record<string, string>> = {
  ehlo: 'ehlo',
  helo: 'ehlo',
  starttls: 'starttls',
  mail: 'mail',
  rcpt: 'rcpt',
  data: 'data',
}

/** Reads the conversation, if these lines have one. Linear in the lines. */
export function readTranscript(lines: readonly string[]): Transcript {
  const start = lines.findIndex((each) => each.slice(0, 80).toLowerCase().includes('transcript of session'))
  const told = { said: [] as SaidReply[], own: [] as Transcript['own'][number][] }
  const recipients: string[] = []
  const rest: string[] = []
  let phase = 'greeting'
  for (const line of start < 0 ? [] : conversation(lines.slice(start + 1))) {
    const [, sent] = command.exec(line) ?? []
    const [, answer] = reply.exec(line) ?? []
    const [, about] = aboutRecipient.exec(line) ?? []
    if (sent !== undefined) {
      phase = commandPhases[sent.slice(0, 8).split(/\s/)[0]?.toLowerCase() ?? ''] ?? phase
      const recipient = named.exec(sent)?.[1]
      if (recipient !== undefined) recipients.push(recipient)
    } else if (answer !== undefined) addReply(told.said, phase, answer)
    else if (line.startsWith('... while talking to')) phase = 'greeting'
    else if (about !== undefined && about !== '')
      told.own.push({ address: about.toLowerCase(), text: line.trim() })
    else if (/^[45]\d\d \d\.\d/.test(line)) told.own.push({ address: null, text: line.trim() })
    else rest.push(line.trim())
  }
  return { said: told.said.map(atPhase), own: told.own, recipients, rest: rest.join(' ') }
}

/** Up to the first empty line behind the beginning. */
function conversation(lines: readonly string[]): readonly string[] {
  const first = lines.findIndex((each) => each.trim() !== '')
  const after = first < 0 ? [] : lines.slice(first, first + mostEntries)
  const end = after.findIndex((each) => each.trim() === '' || each.startsWith('--'))
  return end < 0 ? after : after.slice(0, end)
}

function addReply(said: SaidReply[], phase: string, text: string): void {
  const before = said.at(-1)
  const goesOn = before !== undefined && new RegExp(`(?:^|\\n)${text.slice(0, 3)}-[^\\n]*$`).test(before.text)
  if (goesOn) said.splice(-1, 1, { phase: before.phase, text: `${before.text}\n${text}` })
  else if (/^[45]/.test(text)) said.push({ phase, text })
}

/** Who sends ahead hears of a recipient below DATA; the server then says that it had none. */
function atPhase({ phase, text }: SaidReply, index: number, all: readonly SaidReply[]): SaidReply {
  if (phase !== 'data') return { phase, text }
  const hadNone = all.slice(index + 1).some((each) => needsRecipient.test(each.text))
  return { phase: hadNone ? 'rcpt' : 'final', text }
}
