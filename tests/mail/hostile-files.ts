import { deflateSync, gunzipSync, gzipSync } from 'node:zlib'
import { composeIso, composeRar5 } from './sample-archives.ts'
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

/** 200 MB of zeros in a zip of 200 KB. */
export function zippedZeros(): Buffer {
  return composeZip([{ name: 'a.bin', bytes: Buffer.alloc(200 << 20) }])
}

/** 200 MB of zeros in a 7z archive of 30 KB; made with 7-Zip, and packed once more so that it fits here. */
export function sevenZipBomb(): Buffer {
  return gunzipSync(
    Buffer.from(
      'H4sIAAAAAAACA+3d3UvTARjF8edHvr+kUoJKmrbKpaBJUJRpIKGFWLRBtTTMUEEz57slojNTRIqpaZkXeSEpmWYGaUXJIiVCjCQqC7Q0DRbDoggnUxZU9xF0Vd9zcy4PfP6Bs63sfl/oGnFoemVLM5bKjxz5WaJa0bnOvtCmnDgqol+22zsG7Qmxe3wLtqcduNOk/tBR67w4Pxt05nnkyI6dSmJ/xZP6+qTIDs/XlZ3vz6l8tO90fiPF9TOl1oHmSo9s01TR3vQZc4r2lsPEwm6P66meJ+PNc49K6gYvHuoZSJrOCtTbEuu8c+JG63aliPHZvr6N6ub8tTHG9dN5V7pUqRb1aM14S2t9RVjjl9DiBX+TU2tS6/JE34sGr+ENWuu3xq1Rjldvzusf5iUleIw3+nT3Hgu897Q/1C9FV2vO1BweMpf06Gbnkh1dFh+/6V2yacKLxoKSg+MWJ7Ux1k3prtGG0bCct7ejPw8/iEjt9opNzIxrWLXS7n3Bmn9KZ3Ufs7eo472uLZVP2do2Rxw0GWu+VleZMv7y9N3wj5faFy4r4WIp1HYtD90ojwpoHzwflfv/EPzZdPxSkAYwwAADDDDAAAMMMMAAAwwwwAADDDDAAAMMMMAAAwwwwAADDDDAAAMMMMAAAwwwwAADDDDAAAMMMMAAAwwwwAADDDDAAAMMMMAAAwwwwAADDDDAAAMMMMAAAwwwwAADDDDAAAMMMMAAAwwwwAADDDDAAAMMMMAAAwwwwAADDDDAAAMMMMAAAwwwwAADDDDAAPuXwaoTXorqN2DZli1nRRQHJ1FcTcZScXZXRAkJUQI8LCIGcXFT0lz2a0UcFX/nX/+9Pr5SJhlSIHoplAg5LlmSKyKr3RQxDGvyPp2eVHydFAk2DFSJfAd7p7JjCXgAAA==',
      'base64',
    ),
  )
}

/** A zip of 10,000 files that all are the same megabyte. */
export function overlappingZip(): Buffer {
  const archive = composeZip(
    Array.from({ length: 10_000 }, (_, index) => ({ name: `${index}.docx`, bytes: Buffer.from('PK') })),
  )
  const directory = archive.indexOf('504b0102', 0, 'hex')
  for (let at = directory; at >= 0; at = archive.indexOf('504b0102', at + 46, 'hex')) {
    archive.writeUInt32LE(directory, at + 20)
    archive.writeUInt32LE(0, at + 42)
  }
  return archive
}

/** Disks within archives within disks, thirty deep. */
export function nestedDisks(): Buffer {
  let bytes: Buffer = Buffer.from('end')
  for (let depth = 0; depth < 15; depth++)
    bytes = composeRar5([{ name: 'a.iso', bytes: composeIso([{ name: 'a.rar', bytes }]) }])
  return bytes
}
