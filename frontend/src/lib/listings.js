/** Talk to the listing's own address: the same form that the page would send, answered as data. */
export class ListingRefusedError extends Error {
  constructor(errors) {
    super('refused')
    this.errors = errors
  }
}

const AS_DATA = { Accept: 'application/json' }

export async function saveListing(form, { send = fetch } = {}) {
  const fields = new FormData(form)
  const url = new URL(form.action, location.href)
  const answer = await send(url.pathname, { method: 'POST', body: fields, headers: AS_DATA })
  if (answer.status === 422) throw new ListingRefusedError((await answer.json()).errors)
  if (!answer.ok || answer.redirected) throw new ListingRefusedError({})
  return { ...(await answer.json()), url: `${url.pathname}?market=${fields.get('market')}` }
}

export async function readListing(url, { send = fetch } = {}) {
  const answer = await send(url, { headers: AS_DATA })
  if (!answer.ok) throw new ListingRefusedError({})
  return answer.json()
}
