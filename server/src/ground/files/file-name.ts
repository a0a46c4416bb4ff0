import type { FileFamily } from './file-type.ts'

const endings: Readonly<Record<string, string>> = {
  executable:
    'exe com scr pif cpl dll ocx sys drv msi msp mst msix msixbundle appx appxbundle application jar xll wll msc gadget chm apk deb rpm pkg elf ade adp mde accde vxd',
  script:
    'bat cmd js jse vbs vbe wsf wsh wsc sct hta ps1 psm1 ps1xml psc1 psd1 jnlp reg iqy oqy dqy rqy ahk au3 vb cmdline ins isp nsh shb diagcfg diagpkg wsb',
  shortcut:
    'lnk url scf desktop website library-ms search-ms searchconnector-ms settingcontent-ms appref-ms webloc diagcab theme',
  'disk-image': 'iso img vhd vhdx udf vmdk qcow2 dmg',
  archive:
    'zip 7z rar gz tgz tar bz2 tbz tbz2 xz txz cab arj lzh lha ace z uue zst cpio ar 001 r00 zipx alz egg lz4 lzma',
  document:
    'pdf doc docx docm dot dotx dotm xls xlsx xlsm xlsb xlt xltx xltm xlam ppt pptx pptm pps ppsx ppsm potx potm ppam sldm slk rtf odt ods odp one pub vsd vsdx',
  html: 'htm html xhtml xht shtml mht mhtml svg',
  message: 'eml msg mbox',
  image: 'png jpg jpeg jpe gif bmp webp tif tiff ico heic avif',
  media: 'mp3 mp4 m4a m4v mov avi wav ogg flac mkv webm wmv wma',
  text: 'txt csv log md ics vcf json xml yaml yml ini asc',
}

const familyByEnding = new Map<string, FileFamily>()
for (const [family, words] of Object.entries(endings))
  for (const word of words.split(' ')) familyByEnding.set(word, family as FileFamily)

export interface FileName {
  /** What a system goes by: the last ending in lower case, without dot; empty where there is none. */
  readonly ending: string
  readonly family: FileFamily | null
  /** A harmless kind of ending, or a long row of blanks, stands before one that runs: `invoice.pdf.exe`. */
  readonly isDouble: boolean
  /** Characters that turn the direction of writing: `exe.fdp` is shown for `pdf.exe`. */
  readonly turns: boolean
}

const runs: ReadonlySet<FileFamily | undefined> = new Set(['executable', 'script', 'shortcut', 'html'])
const harmless: ReadonlySet<FileFamily | undefined> = new Set(['document', 'image', 'media', 'text'])

/** What the name of a file says about it; a path before it does not count. */
export function readFileName(name: string): FileName {
  // Systems pass over blanks and dots at the end of a name.
  const bare = name
    .slice(-300)
    .toLowerCase()
    .replace(/[\s.\0]{1,100}$/, '')
  const base = bare.slice(Math.max(bare.lastIndexOf('/'), bare.lastIndexOf('\\')) + 1)
  const pieces = base.split('.').map((each) => each.trim())
  const ending = pieces.length > 1 ? pieces.at(-1)! : ''
  const family = familyByEnding.get(ending) ?? null
  const before = pieces.length > 2 ? familyByEnding.get(pieces.at(-2)!) : undefined
  return {
    ending,
    family,
    isDouble: runs.has(family ?? undefined) && (harmless.has(before) || base.includes(' '.repeat(10))),
    turns: /[\u202d\u202e]/.test(name),
  }
}
