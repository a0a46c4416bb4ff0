/** A moment as people read it: `2026-11-22 06:10 UTC`. */
export function utcWords(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`
}
