/** What looking into a file can show. A closed list; flow/checks/files says what each weighs. */
export type FileSign =
  /** Its content can only be read with a password. */
  | 'encrypted'
  /** Encrypted, but opened by everybody: a password only forbids printing or changing. */
  | 'restricted'
  | 'macros'
  /** Macros that run when the file is opened. */
  | 'auto-macros'
  /** Macros of Excel 4, which stand in sheets. */
  | 'sheet-macros'
  /** Loads a template, or another part that runs, from elsewhere. */
  | 'external-template'
  /** Loads an object, a frame or a part of itself from elsewhere when it is opened. */
  | 'external-object'
  /** Fields or links that start a program (DDE). */
  | 'dde'
  /** The equation editor, whose faults open the machine to whoever writes such an object. */
  | 'equation'
  /** JavaScript in a PDF. */
  | 'pdf-script'
  /** A PDF that starts a program. */
  | 'pdf-launch'
  | 'embedded-file'
  | 'html-script'
  /** A script that builds a file or a page out of text. */
  | 'html-smuggling'
  | 'html-password'
  | 'html-form'
  | 'eicar'
  /** Of a kind, or packed in a way, that nobody here can read. */
  | 'not-read'
  /** Broken, or ends early. */
  | 'damaged'
  /** Files in an archive that lie over each other. */
  | 'overlapping'
  /** Another file stands behind it, or before it. */
  | 'polyglot'
  | 'too-deep'
  | 'too-many'
  | 'too-large'
  /** Longer than what is looked at of an honest file; its beginning was. */
  | 'large'

/** Where a link stands in a file. */
export interface FileLink {
  readonly url: string
  readonly from: 'pdf' | 'office' | 'rtf' | 'html' | 'qr' | 'shortcut' | 'calendar' | 'message'
}

/** What looking into one kind of file gives: its signs and links, and files within it. */
export interface Insight {
  readonly signs: readonly FileSign[]
  readonly links: readonly FileLink[]
  readonly files: readonly { readonly name: string; readonly bytes: Buffer }[]
}

/** Most links that are read in one file, and their greatest length. */
export const linkLimits = { links: 2000, length: 4096 } as const
