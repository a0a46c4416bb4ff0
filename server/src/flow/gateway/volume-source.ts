import type { SendingNote } from '#flow/spool/sending-note.ts'
import type { SenderFigures } from '#ground/senders/judge-sender.ts'

/** Recipients that a sender has written to within five minutes, as other processes have counted. */
export interface VolumeSlot {
  readonly sender: string
  readonly at: number
  readonly recipients: number
}

export interface FiguresQuestion {
  readonly sender: string
  /** Addresses that he sends as. */
  readonly addresses: readonly string[]
  readonly now: number
  /** Recipients of the message that is judged. */
  readonly recipients: readonly string[]
  /** Where its client is; empty: not known. */
  readonly ip: string
}

/** What is known of senders beyond this process and its start. */
export interface VolumeSource {
  /** What others than this process have counted since a moment, and who is suspended now; both bounded. */
  volumes(
    since: number,
    instance: string,
  ): Promise<{ readonly slots: VolumeSlot[]; readonly suspended: string[] }>
  /** Figures without `hour`, which is counted here. */
  figures(question: FiguresQuestion): Promise<Omit<SenderFigures, 'hour'>>
  /** Suspends a sender whose message is not taken. */
  noteSuspect(note: SendingNote): Promise<void>
}
