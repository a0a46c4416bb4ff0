import type { FileReport } from '#ground/files/file-report.ts'
import type { ByteEdit } from '#ground/mail/byte-edits.ts'
import type { HeaderField } from '#ground/mail/header.ts'
import type { MimePart, MimeScan } from '#ground/mail/mime.ts'
import type { Resolver } from '#ground/platform/dns/resolver.ts'
import type { Acquaintances } from './acquaintances.ts'
import type { DomainSigner } from './domain-signer.ts'
import type { HostLists } from './host-list.ts'
import type { LinkBook } from './link-book.ts'
import type { MessageContent } from './message-content.ts'

/** How a message came in: what checks may know beside its bytes. */
export interface Arrival {
  /** Address of the client, or of the client that a trusted proxy named. */
  readonly ip: string
  readonly helo: string
  /** Envelope sender without angle brackets; empty for bounces. */
  readonly mailFrom: string
  readonly rcptTo: readonly string[]
  readonly receivedAt: number
  /** Mail of our own people to the world; absent: mail to them. */
  readonly direction?: 'outbound'
  /** Recipients of it that are ours; absent: none. */
  readonly ours?: readonly string[]
  /**
   * Recipients of mail with an empty sender who are written to by their plain address although their envelope senders are
   * signed, and what is to become of a bounce to it; absent: none.
   */
  readonly unsigned?: readonly {
    readonly address: string
    readonly action: 'mark' | 'quarantine' | 'refuse'
  }[]
  /** Who of ours sends it; absent: somebody from outside. */
  readonly sender?: {
    /** Server known by its network or certificate, or login that has proved its password. */
    readonly by: 'network' | 'certificate' | 'login'
    readonly name: string
    /** Addresses that he may write as; absent: any of his domains. */
    readonly addresses?: readonly string[]
  }
}

/**
 * A message as all checks see it: parsed once.
 * `read()` gives the bytes in chunks, wherever they are kept, so that no check holds a large message whole;
 * a chunk is good until the next one is asked for.
 */
export interface InspectedMessage {
  readonly id: string
  readonly size: number
  readonly arrival: Arrival
  /** Header fields in order, with the offsets of their bytes in the message. */
  readonly header: readonly HeaderField[]
  readonly mime: MimePart
  /** What else reading it found: counts of lines and odd bytes, defects of the header, limits that were met. */
  readonly scan: MimeScan
  readonly read: () => AsyncIterable<Buffer>
  /** Decoded texts and files; made when the first check asks, and shared. */
  readonly content: () => Promise<MessageContent>
  /** What its files are and hold, and files within them; looked into when the first check asks, and shared. */
  readonly attached: () => Promise<readonly FileReport[]>
}

/** What a check wants done; the verdict takes the strongest. */
export type Proposal = 'reject' | 'hold' | 'quarantine' | 'defer'

/** What a finding speaks for. */
export type FindingKind = 'spam' | 'phishing' | 'bulk' | 'spoof' | 'virus' | 'policy'

/**
 * What one check says. Codes are stable, kebab-case words listed in docs/reference/findings.md.
 * `proposal` is what the check asks for; `reply` is what the peer may read if that is a refusal:
 * a class of reason, never the name of an engine or a signature.
 */
export interface Finding {
  readonly check: string
  readonly code: string
  readonly weight: number
  /** One sentence for people. */
  readonly text: string
  readonly evidence?: Readonly<Record<string, unknown>>
  readonly proposal?: Proposal
  /** What its weight or its proposal speaks for; absent: spam. */
  readonly kind?: FindingKind
  /**
   * The check could not look at everything, and nobody may take that for clean (P5). `later`: it will be able to,
   * so the message waits and is inspected again; `never`: it is beyond what can be looked at, and a person decides.
   */
  readonly incomplete?: 'later' | 'never'
  readonly reply?: { readonly code: number; readonly enhanced: string; readonly text: string }
  /** Recipients of the envelope that it counts for; absent: for all. */
  readonly only?: readonly string[]
  /** What an entry of a list, or a rule, wants for the message; see decide(). */
  readonly wish?: 'allow' | 'block' | 'never-hold'
  /** Id of the rule of a tenant that says so. Findings of rules stand in the order in which the rules decide. */
  readonly rule?: string
}

/** A change that is made to the message while it is sent; the stored bytes stay as they came. */
export type Edit = ByteEdit & {
  /** Recipients of the envelope whose copy is changed; absent: all. */
  readonly only?: readonly string[]
  /** Takes something out that must be had again: a copy that is kept whole comes without the change. */
  readonly strips?: true
}

/**
 * Where else a message goes, or on what terms, once it is to be delivered. `copy`: another one gets it too;
 * `redirect`: another one gets it instead; `keep-whole`: it is kept in quarantine as it came beside the copy that is
 * changed; `require-tls`: it leaves encrypted or not at all.
 */
export type Routing = (
  | { readonly kind: 'copy' | 'redirect'; readonly to: string }
  | { readonly kind: 'keep-whole' }
  | { readonly kind: 'require-tls'; readonly verify: boolean }
) & {
  /** Id of the rule that wants it. Of several redirections the first one counts. */
  readonly rule: string
  /** Recipients of the envelope that it is for. */
  readonly only: readonly string[]
}

export interface CheckResult {
  readonly findings: readonly Finding[]
  readonly edits?: readonly Edit[]
  readonly routings?: readonly Routing[]
  /**
   * Seals the message in the form that it has with these edits: fields that stand above all others. Called when all
   * checks have spoken.
   */
  readonly seal?: (edits: readonly Edit[]) => Promise<readonly string[]>
  /** What other parts show of this check, such as results of SPF and DKIM for the trace. */
  readonly facts?: Readonly<Record<string, unknown>>
}

/** What a check may use of the outside. */
export interface CheckTools {
  readonly resolver: Resolver
  readonly now: () => number
  readonly settings: CheckSettings
  /** Time for the whole check, in milliseconds. */
  readonly budgetMs: number
  /** Aborted when the check's time is over; long work should stop then. */
  readonly signal: AbortSignal
  /**
   * What another check says of this message, once it has spoken; null where there is no such check. Two checks must
   * never wait for each other.
   */
  readonly resultOf?: (check: string) => Promise<CheckResult | null>
  /** Whom tenants know; absent or null: nobody can be asked here, and nothing is said of it. */
  readonly acquaintances?: Acquaintances | null
  /** Files of data of the definitions that judge, by name; those that are not there are the program's own. */
  readonly files?: ReadonlyMap<string, Buffer>
  /** What is known of links; absent or null: nobody can be asked here, and no link waits to be followed. */
  readonly linkBook?: LinkBook | null
  /** Lists of hosts that the operator has put in place; absent or null: there are none. */
  readonly hostLists?: HostLists | null
  /** Keys that sign mail of a domain; absent: nothing is signed here. */
  readonly signersOf?: (domain: string) => readonly DomainSigner[]
}

/** Scanners for viruses, and what happens without them; see the settings antivirus.*. */
export interface AntivirusSettings {
  /** Sockets of clamd; none: nothing is scanned. */
  readonly backends: readonly string[]
  readonly timeoutMs: number
  readonly scan: 'files' | 'message' | 'both'
  readonly whileAway: 'wait' | 'deliver'
  /** Folder of the sets of signatures, which tells when a scanner tries one; empty: none. */
  readonly signatures: string
}

/** Outside lists of addresses and domains; see the settings lists.*. */
export interface ListsSettings {
  /** One list a text: `address bl.example 127.0.0.2=150`. None: nobody is asked. */
  readonly ask: readonly string[]
  /** Zones that are asked for evidence only. */
  readonly off: readonly string[]
  readonly timeoutMs: number
  readonly probationMs: number
  /** What one list weighs at most. */
  readonly mostPerList: number
  /** What all lists of addresses weigh at most for authenticated mail of a shared sender. */
  readonly mostShared: number
  /** Registered domains of providers that send for many. */
  readonly sharedSenders: readonly string[]
}

/** What is found out about links beside the mail; see the settings links.*. */
export interface LinksSettings {
  /** Whether short links are followed. */
  readonly follow: 'off' | 'shorteners'
  /** Hosts that give short names to links, beside those that come with the program. */
  readonly shorteners: readonly string[]
  /** Age at which a link is followed once more. */
  readonly resultAgeMs: number
  /** How long a host counts as new. */
  readonly newForMs: number
  /** How long hosts are noted before a new one says anything. */
  readonly learnForMs: number
  /** Lists of hosts that weigh nothing for now. */
  readonly listsOff: readonly string[]
  /** Age from which a list of hosts weighs nothing. */
  readonly listMaxAgeMs: number
}

/** Settings that checks read; live ones come as a new object, so a check may keep what it made of the old one. */
export interface CheckSettings {
  readonly host: string
  /** Names of checks that do not run. */
  readonly off: readonly string[]
  readonly maxMimeDepth: number
  readonly maxMimeParts: number
  readonly maxReceived: number
  readonly maxPasses: number
  readonly maxHeaderBytes: number
  readonly dmarc: 'enforce' | 'observe'
  readonly temperror: 'defer' | 'deliver'
  readonly arcTrusted: readonly string[]
  readonly arcSeal: { readonly domain: string; readonly selector: string; readonly privateKey: string } | null
  /** Secret of this site that signs the trace header; never shown. */
  readonly traceKey: string
  readonly antivirus: AntivirusSettings
  readonly lists: ListsSettings
  readonly links: LinksSettings
}

/** A check that comes after all others, since it asks what they found: lists and rules of tenants. */
export interface LastCheck {
  readonly name: string
  run(
    message: InspectedMessage,
    found: readonly Finding[],
    /** Aborted when its time is over. */
    signal: AbortSignal,
  ): Promise<CheckResult>
}

/** What has to be done also where a check could not be made. */
export interface Fallback extends Pick<Finding, 'proposal' | 'reply' | 'incomplete'> {
  readonly edits?: readonly Edit[]
}

/**
 * Looks at one thing in a message.
 * A check that throws, hangs or runs over its budget yields a finding `unavailable` and stops nobody.
 */
export interface Check {
  readonly name: string
  run(message: InspectedMessage, tools: CheckTools): Promise<CheckResult>
  /** Asked instead of `run` where that failed: answers at once, from what is in memory. Absent: nothing to do. */
  ifUnavailable?(message: InspectedMessage, settings: CheckSettings): Fallback
  /** Names of files of data that a set of definitions may bring for it. Where sets differ in one, it runs for each. */
  readonly data?: readonly string[]
  /** @throws an error that says what is wrong with such a file */
  checkData?(name: string, bytes: Buffer): void
  /** Time that it needs, where that is its own; null or absent: `inspection.checkBudget`. */
  budgetMs?(settings: CheckSettings): number | null
}
