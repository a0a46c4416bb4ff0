import type { KeptDrill, LiveDrill } from './live-drill.ts'

/** Drills beside people's mail: at most one that is open, and the last hundred. */
export interface LiveDrillStore {
  /** False: one is open still. */
  add(drill: LiveDrill): Promise<boolean>
  /** The one that is not over; null: none. */
  open(): Promise<KeptDrill | null>
  read(id: string): Promise<KeptDrill | null>
  /** Newest first. */
  list(limit: number): Promise<KeptDrill[]>
  /** Makes it the work of a process, where nobody has written anything since it was seen. False: somebody has. */
  take(seen: Pick<KeptDrill, 'id' | 'runner' | 'beatAt'>, runner: string, at: number): Promise<boolean>
  /** Writes how far it is. False: it is not the work of this process any more. */
  save(drill: LiveDrill, runner: string, at: number): Promise<boolean>
  /** False: it is over. */
  askStop(id: string, who: string): Promise<boolean>
}
