/** A box above many options leaves only those whose words contain what is typed. */
const MARKS = /\p{M}/gu
const folded = (text) => text.normalize('NFD').replace(MARKS, '').toLowerCase().trim()

export function narrow(box) {
  const group = box.closest('fieldset')
  const wanted = folded(box.value)
  const options = [...group.querySelectorAll('.opt')]
  for (const option of options) {
    option.hidden = !folded(option.querySelector('.t').textContent).includes(wanted)
  }
  group.toggleAttribute('data-narrowed', wanted !== '')
  group.querySelector('[data-none]').hidden = options.some((option) => !option.hidden)
  const rest = group.querySelector('details')
  if (rest) openRest(rest, wanted !== '')
}

/** Typing opens the long rest; an empty box leaves it as it was before. */
function openRest(rest, isNarrowed) {
  if (isNarrowed && rest.dataset.wasOpen === undefined) {
    rest.dataset.wasOpen = String(rest.open)
    rest.open = true
  } else if (!isNarrowed && rest.dataset.wasOpen !== undefined) {
    rest.open = rest.dataset.wasOpen === 'true'
    delete rest.dataset.wasOpen
  }
}

const boxOf = (event) => (event.target.matches?.('[data-narrow]') ? event.target : null)

export function startNarrowing() {
  document.addEventListener('input', (event) => boxOf(event) && narrow(boxOf(event)))
  document.addEventListener('keydown', (event) => {
    // Enter in any field of a form would send it.
    if (event.key === 'Enter' && boxOf(event)) event.preventDefault()
  })
  document.addEventListener('page:swapped', ({ detail }) => {
    for (const box of detail.element.querySelectorAll('[data-narrow]')) if (box.value) narrow(box)
  })
}
