// Signs in by a passkey where the browser can; without this script name and password do.
const bytes = (text) =>
  Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (each) => each.charCodeAt(0))
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')

async function post(path, body) {
  const answer = await fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  const told = await answer.json()
  if (!answer.ok) throw new Error(told.detail ?? 'This did not work.')
  return told
}

async function show(path) {
  const { challenge, allowCredentials = [], ...options } = await post(`${path}/ask`, {})
  const found = await navigator.credentials.get({
    publicKey: {
      ...options,
      challenge: bytes(challenge),
      allowCredentials: allowCredentials.map((each) => ({ ...each, id: bytes(each.id) })),
    },
  })
  const { clientDataJSON, authenticatorData, signature, userHandle } = found.response
  return {
    id: found.id,
    rawId: text(found.rawId),
    type: found.type,
    clientExtensionResults: found.getClientExtensionResults(),
    response: {
      clientDataJSON: text(clientDataJSON),
      authenticatorData: text(authenticatorData),
      signature: text(signature),
      ...(userHandle && { userHandle: text(userHandle) }),
    },
  }
}

for (const box of document.querySelectorAll('[data-passkey]')) {
  if (!window.PublicKeyCredential) continue
  box.hidden = false
  const note = box.querySelector('[role="alert"]')
  box.querySelector('button').addEventListener('click', async () => {
    note.hidden = true
    try {
      const answer = await show(box.dataset.passkey)
      const { to } = await post(box.dataset.passkey, { to: box.dataset.to, answer })
      location.assign(to)
    } catch (cause) {
      note.textContent =
        cause.name === 'NotAllowedError'
          ? 'No passkey was shown. Try once more, or sign in another way.'
          : cause.message
      note.hidden = false
    }
  })
}
