import { deflateSync, gzipSync } from 'node:zlib'
import { composeZip } from './sample-files.ts'

/** Messages with files that are made to cost a reader time or memory. */

/** A message with one attachment. */
export function withFile(name: string, bytes: Buffer, type = 'application/octet-stream'): Buffer {
  const encoded = bytes.toString('base64').replace(/.{76}/g, '$&\r\n')
  return Buffer.from(
    `From: Alice <alice@example.org>\r\nSubject: ${name}\r\nDate: Wed, 1 Jan 2025 00:00:00 +0000\r\n` +
      `Message-ID: <file@example.org>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n` +
      `--b\r\nContent-Type: text/plain\r\n\r\nHere it is.\r\n--b\r\nContent-Type: ${type}; name="${name}"\r\n` +
      `Content-Disposition: attachment; filename="${name}"\r\nContent-Transfer-Encoding: base64\r\n\r\n${encoded}\r\n--b--\r\n`,
  )
}

/** Archives within archives, each of which unpacks to 12 MB of zeros: half a gigabyte in 10 KB. */
export function zipBomb(): Buffer {
  const zeros = Buffer.concat([Buffer.from('PK\x03\x04'), Buffer.alloc(11 << 20)])
  const inner = composeZip([{ name: 'a.zip', bytes: zeros }])
  return composeZip(Array.from({ length: 45 }, (_, index) => ({ name: `${index}.zip`, bytes: inner })))
}

/** An archive whose directory says that it holds a gigabyte, and more. */
export function declaredGigabyte(): Buffer {
  return composeZip([{ name: 'a.bin', bytes: Buffer.from('x'), declared: (1 << 30) + 1 }])
}

/** An archive of ten files, each a gigabyte as it says. */
export function tenGigabytes(): Buffer {
  const file = { bytes: Buffer.alloc(1 << 20), declared: 1 << 30 }
  return composeZip(Array.from({ length: 10 }, (_, index) => ({ name: `${index}.iso`, ...file })))
}

/** A gigabyte of zeros in a megabyte. */
export function gzipBomb(): Buffer {
  const piece = gzipSync(Buffer.alloc(64 << 20))
  return Buffer.concat(Array.from({ length: 16 }, () => piece))
}

/** A PNG that says it is 30,000 by 30,000 pixels. */
export function hugePng(): Buffer {
  const head = Buffer.from('89504e470d0a1a0a0000000d49484452000075300000753008000000000000000', 'hex')
  return Buffer.concat([
    head,
    Buffer.alloc(8),
    Buffer.from('IDAT'),
    deflateSync(Buffer.alloc(1 << 20)),
    Buffer.alloc(8),
  ])
}

/** A PDF of thousands of object streams and links, none of them whole. */
export function brokenPdf(): Buffer {
  const objects = Array.from(
    { length: 30_000 },
    (_, index) =>
      `${index} 0 obj<</Type/ObjStm/Filter/FlateDecode/URI(http://a${index}.example/((((>>stream\nx\u0001\n`,
  )
  return Buffer.from(`%PDF-1.7\n${objects.join('endstream\n')}`)
}

/** A compound file whose tables lead in circles. */
export function circularOle(): Buffer {
  const bytes = Buffer.alloc(512 * 200)
  Buffer.from('d0cf11e0a1b11ae1', 'hex').copy(bytes)
  bytes.writeUInt16LE(9, 30)
  bytes.fill(0, 44)
  for (let at = 512; at < bytes.length; at += 4) bytes.writeUInt32LE((at / 4) % 190, at)
  return bytes
}
