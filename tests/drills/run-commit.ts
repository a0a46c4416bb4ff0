import { execFileSync } from 'node:child_process'

let known: string | null | undefined

/** The commit of the sources that run, with `-dirty` where they were changed; null: they are in no repository. */
export function runCommit(): string | null {
  if (known !== undefined) return known
  try {
    const given = ['describe', '--always', '--dirty', '--exclude=*']
    const cwd = import.meta.dirname
    known = execFileSync('git', given, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
  } catch {
    known = null
  }
  return known
}
