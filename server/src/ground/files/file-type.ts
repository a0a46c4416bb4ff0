/** What a file is for whoever opens it. */
export type FileFamily =
  | 'executable'
  | 'script'
  | 'shortcut'
  | 'disk-image'
  | 'archive'
  | 'document'
  | 'html'
  | 'message'
  | 'image'
  | 'media'
  | 'text'
  | 'data'

export interface FileType {
  /** A short word: exe, zip, pdf, ole, html. */
  readonly name: string
  readonly family: FileFamily
}

type Signature = readonly [at: number, bytes: Buffer, name: string, family: FileFamily]

function signature(at: number, bytes: string, name: string, family: FileFamily): Signature {
  return [at, /^(?:[0-9a-f]{2})+$/.test(bytes) ? Buffer.from(bytes, 'hex') : Buffer.from(bytes), name, family]
}

/** Longer ones of the same beginning first. Texts of hexadecimal digits alone are bytes. */
const signatures: readonly Signature[] = [
  signature(0, '7f454c46', 'elf', 'executable'),
  signature(0, 'feedface', 'mach-o', 'executable'),
  signature(0, 'feedfacf', 'mach-o', 'executable'),
  signature(0, 'cefaedfe', 'mach-o', 'executable'),
  signature(0, 'cffaedfe', 'mach-o', 'executable'),
  signature(0, 'cafebabe', 'java-class', 'executable'),
  signature(0, 'ITSF', 'chm', 'executable'),
  signature(0, '4c0000000114020000000000c000000000000046', 'lnk', 'shortcut'),
  signature(0, '504b0304', 'zip', 'archive'),
  signature(0, '504b0506', 'zip', 'archive'),
  signature(0, '504b0708', 'zip', 'archive'),
  signature(0, '504b3030504b0304', 'zip', 'archive'),
  signature(0, '1f8b', 'gzip', 'archive'),
  signature(0, '425a68', 'bzip2', 'archive'),
  signature(0, '377abcaf271c', '7z', 'archive'),
  signature(0, '526172211a07', 'rar', 'archive'),
  signature(0, 'fd377a585a00', 'xz', 'archive'),
  signature(0, '28b52ffd', 'zstd', 'archive'),
  signature(0, '04224d18', 'lz4', 'archive'),
  signature(0, 'MSCF', 'cab', 'archive'),
  signature(0, '60ea', 'arj', 'archive'),
  signature(2, '-lh', 'lzh', 'archive'),
  signature(7, '**ACE**', 'ace', 'archive'),
  signature(257, 'ustar', 'tar', 'archive'),
  signature(0, '303730373031', 'cpio', 'archive'),
  signature(0, '303730373032', 'cpio', 'archive'),
  signature(0, '303730373037', 'cpio', 'archive'),
  signature(0, 'c771', 'cpio', 'archive'),
  signature(0, '71c7', 'cpio', 'archive'),
  signature(0, '!<arch>\n', 'ar', 'archive'),
  signature(0, '789f3e22', 'tnef', 'archive'),
  signature(32769, 'CD001', 'iso', 'disk-image'),
  signature(32769, 'BEA01', 'udf', 'disk-image'),
  signature(0, 'vhdxfile', 'vhdx', 'disk-image'),
  signature(0, 'conectix', 'vhd', 'disk-image'),
  signature(0, 'KDMV', 'vmdk', 'disk-image'),
  signature(0, '514649fb', 'qcow', 'disk-image'),
  signature(0, 'd0cf11e0a1b11ae1', 'ole', 'document'),
  signature(0, 'e4525c7b8cd8a74daeb15378d02996d3', 'onenote', 'document'),
  signature(0, '{\\rt', 'rtf', 'document'),
  signature(0, '89504e470d0a1a0a', 'png', 'image'),
  signature(0, 'ffd8ff', 'jpeg', 'image'),
  signature(0, 'GIF8', 'gif', 'image'),
  signature(8, 'WEBP', 'webp', 'image'),
  signature(0, '49492a00', 'tiff', 'image'),
  signature(0, '4d4d002a', 'tiff', 'image'),
  signature(0, '00000100', 'ico', 'image'),
  signature(4, 'ftyphei', 'heic', 'image'),
  signature(4, 'ftypavif', 'avif', 'image'),
  signature(4, 'ftyp', 'mp4', 'media'),
  signature(8, 'WAVE', 'wav', 'media'),
  signature(8, 'AVI ', 'avi', 'media'),
  signature(0, 'ID3', 'mp3', 'media'),
  signature(0, 'OggS', 'ogg', 'media'),
  signature(0, 'fLaC', 'flac', 'media'),
  signature(0, '1a45dfa3', 'mkv', 'media'),
]

const text: FileType = { name: 'text', family: 'text' }
/** What nothing is known of. */
export const unknownType: FileType = { name: 'data', family: 'data' }

/** What a file is by its own bytes, whatever it is called. The beginning of it is enough. */
export function sniffType(bytes: Buffer): FileType {
  if (isWindowsProgram(bytes)) return { name: 'exe', family: 'executable' }
  for (const [at, magic, name, family] of signatures)
    if (
      bytes.length >= at + magic.length &&
      bytes.compare(magic, 0, magic.length, at, at + magic.length) === 0
    )
      return { name, family }
  // Readers look for the beginning of a PDF within the first kilobyte.
  if (bytes.subarray(0, 1024).includes('%PDF-')) return { name: 'pdf', family: 'document' }
  if (bytes.length > 10 && bytes[0] === 0x42 && bytes[1] === 0x4d && bytes.readUInt32LE(6) === 0)
    return { name: 'bmp', family: 'image' }
  return isText(bytes) ? sniffText(bytes) : unknownType
}

/** MZ, and bytes that no text has: a letter may begin with these two. */
function isWindowsProgram(bytes: Buffer): boolean {
  return bytes[0] === 0x4d && bytes[1] === 0x5a && bytes.subarray(2, 64).includes(0)
}

/** Text has no control characters but blanks; UTF-16 has a mark at its beginning. */
function isText(bytes: Buffer): boolean {
  if (startsUtf16(bytes)) return true
  const length = Math.min(bytes.length, 1024)
  for (let at = 0; at < length; at++) {
    const byte = bytes[at]!
    if (byte < 32 && byte !== 9 && byte !== 10 && byte !== 13 && byte !== 12 && byte !== 27) return false
  }
  return true
}

function startsUtf16(bytes: Buffer): boolean {
  return (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)
}

const markup = /<(?:!doctype\s+html|html|head|body|script|iframe|form|meta|title|svg|hta:application)\b/i
const headerNames =
  /^(?:From |(?:received|return-path|mime-version|message-id|delivered-to|from|to|subject|date|content-type): )/i

function sniffText(bytes: Buffer): FileType {
  const utf16 = startsUtf16(bytes)
  const beginning = bytes.toString(utf16 ? 'utf16le' : 'latin1', 0, 4096)
  if (/^#! ?\//.test(beginning)) return { name: 'shell', family: 'script' }
  const found = markup.exec(beginning)?.[0].toLowerCase()
  if (found === '<hta:application') return { name: 'hta', family: 'script' }
  if (found === '<svg') return { name: 'svg', family: 'html' }
  if (found !== undefined && /^[\s\xef\xbb\xbf]*</.test(beginning)) return { name: 'html', family: 'html' }
  if (headerNames.test(beginning) && countHeaderLines(beginning) >= 2)
    return { name: 'message', family: 'message' }
  return text
}

/** Lines like `Name: value` before the first empty line; one is not enough to be a message. */
function countHeaderLines(beginning: string): number {
  const lines = beginning.split(/\r?\n/, 12)
  const end = lines.indexOf('')
  return lines
    .slice(0, end < 0 ? lines.length : end)
    .filter((line) => /^(?:From |[A-Za-z][A-Za-z0-9-]{0,40}: )/.test(line)).length
}
