import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { UseError } from './arguments.ts'
import { ownFault } from './run-command.ts'
import type { SiteCommand } from './site-command.ts'

/** `./mailkeep backup`: a copy of the data folder, made beside a running server. */
export const command: SiteCommand = {
  name: 'backup',
  summary: 'copies the data folder while the server runs',
  help: `Usage: mailkeep backup FOLDER
Writes a copy of the data folder to FOLDER, which must not be there yet. The server goes on meanwhile. The copy is a
data folder itself: "mailkeep start --data FOLDER" starts from it. Settings, certificates of your own and maildir
folders are not in it.`,
  options: {},
  async run(site, given, out) {
    const [word, ...more] = given.words
    if (word === undefined || more.length > 0) throw new UseError('name the folder for the copy')
    const folder = resolve(word)
    for (const each of [folder, `${folder}.unfinished`])
      if (existsSync(each)) throw new UseError(`${each} is there already; name a folder that is not`)
    const at = new Date()
    let bytes: number
    try {
      bytes = site.backup(folder)
    } catch (cause) {
      out.warn(`mailkeep backup: the copy could not be made: ${(cause as Error).message}`)
      return ownFault
    }
    out.answer(
      { folder, bytes, at: at.toISOString() },
      `The copy in ${folder} has ${Math.ceil(bytes / (1 << 20))} MB and everything up to ${at.toISOString()}.`,
    )
    return 0
  },
}
