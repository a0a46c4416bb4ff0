import type { Draft, GivenFile, Place } from './file-report.ts'
import type { FileLink, Insight } from './file-sign.ts'
import type { FileType } from './file-type.ts'
import type { LookRoom } from './look-room.ts'

/** The walk through the files of a message, as readers of archives go on with it. */
export interface Walk {
  /** What is left of its bounds; whoever uses some takes it off. */
  readonly room: LookRoom
  /** Other messages get their turn. */
  rest(): Promise<void>
  /** Notes a file that is not looked into. */
  report(name: string, size: number, type: FileType, place: Place): Draft
  visit(file: GivenFile, place: Place): Promise<void>
  /** Where a file within another one lies; null: that is too deep, or one too many, and the outer one has a sign of it. */
  placeWithin(report: Draft): Place | null
  /** Visits a file within another one, unless that is too deep, or one too many. */
  enter(file: GivenFile, report: Draft): Promise<void>
  takeFiles(files: Insight['files'], report: Draft): Promise<void>
  addLinks(links: readonly FileLink[], report: Draft): void
  /** How much of a file may be unpacked now (bytes). */
  most(): number
  /** Counts unpacked bytes as held while they are looked at. */
  hold(bytes: Buffer, look: () => Promise<void>): Promise<void>
}
