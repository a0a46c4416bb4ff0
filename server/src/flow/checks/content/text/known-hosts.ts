/** Hosts where anybody gets a page at once; the part before is chosen by whoever made it. */
const sharedHosts = new Set(
  `web.app firebaseapp.com pages.dev workers.dev vercel.app netlify.app weebly.com wixsite.com blogspot.com github.io gitlab.io
glitch.me herokuapp.com repl.co surge.sh webflow.io carrd.co square.site godaddysites.com azurewebsites.net web.core.windows.net
blob.core.windows.net r2.dev ipfs.io dweb.link translate.goog trycloudflare.com ngrok.io ngrok-free.app 000webhostapp.com
sites.google.com forms.gle jotform.com typeform.com notion.site strikingly.com mystrikingly.com yolasite.com webnode.page
myshopify.com framer.app onrender.com fly.dev up.railway.app wordpress.com weeblysite.com editorx.io`.split(
    /\s+/,
  ),
)

const shorteners = new Set(
  `bit.ly tinyurl.com is.gd t.ly cutt.ly rebrand.ly ow.ly goo.gl shorturl.at rb.gy tiny.cc v.gd s.id bl.ink lnkd.in buff.ly
qrco.de qr.link me-qr.com u.to clck.ru shorte.st adf.ly soo.gd t2m.io`.split(/\s+/),
)

const freeMail =
  /@(?:gmail|googlemail|yahoo|ymail|hotmail|outlook|live|msn|aol|gmx|web|mail|proton|protonmail|icloud|me|yandex|zoho|t-online|freenet|orange|free|laposte|wanadoo|libero|virgilio|uol|bol|terra|seznam|rediffmail|163|126|qq|tutanota|mailfence)\.(?:com|de|net|org|fr|es|it|nl|pt|br|co\.uk|com\.br|com\.mx|ru|ch|at|me|cz|be|in|eu|pl)\b/i

/** Whether a page on this host may be anybody's. */
export function isSharedHost(host: string): boolean {
  const labels = host.split('.')
  return [2, 3, 4].some((count) => labels.length >= count && sharedHosts.has(labels.slice(-count).join('.')))
}

export function isShortener(host: string): boolean {
  return shorteners.has(host.startsWith('www.') ? host.slice(4) : host)
}

/** Whether an address is one that anybody can have at once. */
export function isFreeMail(address: string): boolean {
  return freeMail.test(address.slice(0, 1000))
}
