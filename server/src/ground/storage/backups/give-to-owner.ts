import { chownSync, statSync } from 'node:fs'

/** Gives a file that root has made to the owner of its folder, who could not read it otherwise; others make it their own. */
export function giveToOwner(folder: string, path: string): void {
  if (process.getuid?.() !== 0) return
  const { uid, gid } = statSync(folder)
  chownSync(path, uid, gid)
}
