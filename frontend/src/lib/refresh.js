/**
 * Keep a part of the page up to date while it is looked at.
 *
 * The element with `data-refresh="address"` becomes like the one of the answer
 * every minute; a page in the background waits until it is seen again. Without
 * this, the element's own link does the same by a reload.
 */
import { morph } from './morph.js'

const EVERY_MS = 60_000

export async function refresh(element, { fetchPage = fetch } = {}) {
  const fresh = await load(element.dataset.refresh, element.id, fetchPage)
  if (!fresh || !element.isConnected) return false
  promise(fresh)
  morph(element, fresh)
  return true
}

async function load(url, id, fetchPage) {
  try {
    const answer = await fetchPage(url, { headers: { 'X-Requested-With': 'swap' } })
    if (!answer.ok || answer.redirected) return null
    return new DOMParser().parseFromString(await answer.text(), 'text/html').getElementById(id)
  } catch {
    return null
  }
}

/** The link gives way to the word that it is not needed. */
function promise(element) {
  for (const link of element.querySelectorAll('[data-refresh-link]')) link.hidden = true
  for (const note of element.querySelectorAll('[data-refresh-note]')) note.hidden = false
}

export function startRefreshing({ every = EVERY_MS } = {}) {
  const element = document.querySelector('[data-refresh]')
  if (!element) return
  promise(element)
  let due = Date.now() + every
  const look = () => {
    if (document.hidden || Date.now() < due) return
    due = Date.now() + every
    refresh(element)
  }
  setInterval(look, every)
  document.addEventListener('visibilitychange', look)
}
