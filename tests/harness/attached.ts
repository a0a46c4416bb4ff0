/** Header and body of a letter with one file, for `composeLetter`. */
export function attached(name: string, bytes: Buffer): { header: string; body: string } {
  const lines = bytes.toString('base64').replace(/(.{76})/g, '$1\r\n')
  return {
    header: 'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n',
    body: `--b\r\nContent-Type: text/plain\r\n\r\nSee the file.\r\n--b\r\nContent-Type: application/octet-stream; name="${name}"\r\nContent-Disposition: attachment; filename="${name}"\r\nContent-Transfer-Encoding: base64\r\n\r\n${lines}\r\n--b--\r\n`,
  }
}
