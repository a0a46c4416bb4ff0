import { unpack } from '#ground/files/inflate.ts'
import { readZip } from '#ground/files/zip.ts'
import { inflateEntry } from '#ground/files/zip-entry.ts'
import { ReportError } from './report-error.ts'

/** Largest report, unpacked, in bytes: a year's records of a large sender are some megabytes. */
export const mostUnpacked = 32 << 20

/**
 * A report as text, however it is packed: gzip, a zip with one file in it, or not at all; packed twice is read too.
 * The bytes decide, since names and types of such files are often wrong. @throws ReportError
 */
export async function unpackReport(bytes: Buffer, depth = 0): Promise<Buffer> {
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b
  const isZip = bytes.length > 4 && bytes.readUInt32LE(0) === 0x04034b50
  if (!isGzip && !isZip) return bytes
  if (depth === 2) throw new ReportError('broken-report', 'the report is packed more than twice')
  const {
    bytes: inner,
    more,
    damaged,
  } = isGzip ? await unpack(bytes, 'gzip', mostUnpacked) : await unzip(bytes)
  if (more) throw new ReportError('too-large', `the report is larger than ${mostUnpacked} bytes unpacked`)
  if (damaged && inner.length === 0) throw new ReportError('broken-report', 'the report cannot be unpacked')
  return unpackReport(inner, depth + 1)
}

async function unzip(bytes: Buffer) {
  const files = readZip(bytes, 10).entries.filter((each) => !each.name.endsWith('/'))
  const [file] = files
  if (!file || files.length > 1)
    throw new ReportError('broken-report', `the archive has ${files.length} files, and a report is one`)
  return inflateEntry(file, mostUnpacked)
}
