import { readFileName } from './file-name.ts'
import { sniffType } from './file-type.ts'

interface NamedFile {
  readonly name: string
  readonly bytes: Buffer
}

const graveEndings =
  'js jse vbs vbe wsf wsh hta exe bat cmd ps1 lnk chm scr com msi cpl dll jar iso img reg url'.split(' ')
const wide = graveEndings.map((each) => Buffer.from(`.${each}\0`, 'utf16le'))

/** Names in UTF-16 that end as what runs does, up to a zero, as they stand in a notebook. */
export function wideNames(bytes: Buffer): string[] {
  const found = new Map<number, string>()
  for (const mark of wide) {
    let at = bytes.indexOf(mark)
    for (let tries = 0; at >= 0 && tries < 20; tries++) {
      const before = bytes.toString('utf16le', Math.max(at % 2, at - 160), at)
      const name = /[^\\/:*?"<>|\0-\x1f\ufffd]{0,80}$/.exec(before)![0]
      found.set(at, name + mark.toString('utf16le', 0, mark.length - 2))
      at = bytes.indexOf(mark, at + 2)
    }
  }
  return [...found].sort(([a], [b]) => a - b).map(([, name]) => name)
}

/** Gives names that stand elsewhere in a document to the files in it that have none; pictures seldom have any. */
export function nameFiles(files: readonly NamedFile[], names: readonly string[]): NamedFile[] {
  const left = [...new Set(names)]
  return files.map((file) =>
    file.name === '' && left.length > 0 && sniffType(file.bytes).family !== 'image'
      ? { name: left.shift()!, bytes: file.bytes }
      : file,
  )
}

/** Whether a name is that of something that runs. */
export function isGrave(name: string): boolean {
  return graveEndings.includes(readFileName(name).ending)
}
