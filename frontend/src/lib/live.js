/**
 * Count a form again in place while it is filled in.
 *
 * A form with `data-live-form` is sent as it is, marked `update`, whenever
 * something in it changes; the elements of the answer marked `data-live`
 * replace those of the same id. The last change wins. Without this, or when
 * anything goes wrong, the form's own update button does the same by a reload.
 */
import { morph } from './morph.js'

let turn = new AbortController()

export async function recount(form, { fetchPage = fetch } = {}) {
  turn.abort()
  turn = new AbortController()
  const { signal } = turn
  const busy = document.getElementById('sums')
  busy?.setAttribute('aria-busy', 'true')
  const answer = await ask(form, signal, fetchPage)
  if (signal.aborted) return false
  busy?.removeAttribute('aria-busy')
  if (answer) show(answer)
  return Boolean(answer)
}

async function ask(form, signal, fetchPage) {
  const body = new FormData(form)
  body.set('update', '1')
  try {
    const answer = await fetchPage(form.action || location.href, {
      method: 'POST',
      body,
      signal,
      headers: { 'X-Requested-With': 'swap' }
    })
    if (!answer.ok || answer.redirected) return null
    return new DOMParser().parseFromString(await answer.text(), 'text/html')
  } catch {
    return null
  }
}

function show(page) {
  for (const fresh of page.querySelectorAll('[data-live]')) {
    const old = document.getElementById(fresh.id)
    if (old) morph(old, fresh)
  }
}

/** The update buttons of the form: what they do happens by itself now, save where a search waits for its button. */
function recountByButton(event) {
  const form = event.target
  if (form.dataset.liveForm === undefined) return
  if (event.submitter?.name !== 'update') {
    // Who pays does not wait for a count under way: the shop refuses a total that is not today's.
    turn.abort()
    return
  }
  event.preventDefault()
  recount(form)
}

export function startLive() {
  const form = document.querySelector('[data-live-form]')
  if (!form) return
  for (const button of form.querySelectorAll('[data-live-button]')) button.hidden = true
  form.addEventListener('change', () => recount(form))
  form.addEventListener('submit', recountByButton)
  // A mistake is where the eye has to go first.
  document.querySelector('.oops[role=alert]')?.focus()
}
