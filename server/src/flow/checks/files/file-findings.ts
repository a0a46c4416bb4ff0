import type { Finding, FindingKind } from '#flow/inspection/check.ts'

/** Every code that the check `files` can give; docs/reference/findings.md says what each means. */
export const fileCodes = [
  'eicar-test-file',
  'executable-file',
  'script-file',
  'shortcut-file',
  'disk-image',
  'deceptive-file-name',
  'file-type-mismatch',
  'html-attachment-script',
  'html-attachment-smuggling',
  'html-attachment-password',
  'svg-script',
  'office-macros',
  'office-auto-macros',
  'office-sheet-macros',
  'office-external-template',
  'office-external-object',
  'office-dde',
  'rtf-equation-object',
  'pdf-script',
  'pdf-launch',
  'encrypted-archive',
  'encrypted-document',
  'archive-not-read',
  'unusual-archive',
  'archive-damaged',
  'archive-overlapping',
  'file-polyglot',
  'archive-too-deep',
  'file-too-large',
  'file-large',
  'archive-too-many-files',
  'files-unavailable',
] as const

export type FileCode = (typeof fileCodes)[number]

type Meaning = Pick<Finding, 'text' | 'proposal' | 'incomplete'> & { readonly kind?: FindingKind }

/** What each code says to people, and what it speaks for; weights stand where files are judged. */
const meanings: Readonly<Record<Exclude<FileCode, 'files-unavailable'>, Meaning>> = {
  'eicar-test-file': {
    text: 'It holds the harmless file with which virus scanners are tested.',
    kind: 'virus',
    proposal: 'quarantine',
  },
  'executable-file': { text: 'A file in it is a program.', kind: 'policy' },
  'script-file': { text: 'A file in it is a script that runs when it is opened.', kind: 'policy' },
  'shortcut-file': {
    text: 'A file in it is a shortcut, which starts something else when it is opened.',
    kind: 'policy',
  },
  'disk-image': {
    text: 'A file in it is the image of a disk, which hides what is on it from scanners.',
    kind: 'policy',
  },
  'deceptive-file-name': { text: 'The name of a file hides what it is.', kind: 'phishing' },
  'file-type-mismatch': { text: 'A file is not what its name says.', kind: 'phishing' },
  'html-attachment-script': { text: 'An attached web page runs a script.', kind: 'phishing' },
  'html-attachment-smuggling': {
    text: 'An attached web page builds a file or another page by script.',
    kind: 'phishing',
  },
  'html-attachment-password': { text: 'An attached web page asks for a password.', kind: 'phishing' },
  'svg-script': { text: 'An attached picture (SVG) runs a script.', kind: 'phishing' },
  'office-macros': { text: 'An Office file holds macros.', kind: 'policy' },
  'office-auto-macros': { text: 'An Office file holds macros that run by themselves.', kind: 'policy' },
  'office-sheet-macros': { text: 'An Excel file holds macros in its sheets.', kind: 'policy' },
  'office-external-template': { text: 'An Office file loads a part of itself from the web.', kind: 'policy' },
  'office-external-object': {
    text: 'An Office file loads an object or a page from the web when it is opened.',
    kind: 'policy',
  },
  'office-dde': { text: 'An Office file holds fields that start a program.', kind: 'policy' },
  'rtf-equation-object': { text: 'A text file holds an object for the old equation editor.', kind: 'policy' },
  'pdf-script': { text: 'A PDF runs a script.', kind: 'policy' },
  'pdf-launch': { text: 'A PDF starts a program.', kind: 'policy' },
  'encrypted-archive': { text: 'An archive can only be read with a password.', kind: 'policy' },
  'encrypted-document': { text: 'A document can only be read with a password.', kind: 'policy' },
  'archive-not-read': {
    text: 'An archive, or a file in one, is packed in a way that is not read here.',
    kind: 'policy',
  },
  'unusual-archive': { text: 'An archive is of a kind that hardly anyone sends any more.', kind: 'policy' },
  'archive-damaged': { text: 'An archive is damaged or ends early.', kind: 'policy' },
  'archive-overlapping': {
    text: 'Files in an archive lie over each other, as only bombs do.',
    kind: 'policy',
  },
  'file-polyglot': { text: 'A file is two kinds at once, one hidden behind the other.', kind: 'policy' },
  'archive-too-deep': {
    text: 'Archives are nested too deeply to look into all of them.',
    incomplete: 'never',
  },
  'file-too-large': { text: 'A file unpacks to more than can be looked into.', incomplete: 'never' },
  'file-large': { text: 'A file is large, and only its beginning was looked into.', kind: 'policy' },
  'archive-too-many-files': {
    text: 'An archive has too many files to look at all of them.',
    incomplete: 'never',
  },
}

/** A sign against one file. */
export interface Mark {
  readonly code: Exclude<FileCode, 'files-unavailable'>
  readonly weight: number
  /** Name of the file, with the names of what it lies in before it. */
  readonly file: string
}

/** Names that evidence shows of one code. */
const shownFiles = 5

/** One finding for each code, with the greatest weight among its marks: ten programs are no worse than one. */
export function toFindings(marks: readonly Mark[]): Finding[] {
  const byCode = new Map<Mark['code'], Mark[]>()
  for (const mark of marks) {
    const others = byCode.get(mark.code)
    if (others) others.push(mark)
    else byCode.set(mark.code, [mark])
  }
  return [...byCode].map(([code, alike]) => ({
    check: 'files',
    code,
    weight: Math.max(...alike.slice(0, 1000).map((each) => each.weight)),
    ...meanings[code],
    evidence: { files: alike.slice(0, shownFiles).map((each) => each.file), count: alike.length },
  }))
}
